extension Array {
    /// Drops the oldest elements, when there are twice as many as are to be kept at least: half of them at once, so that
    /// it costs little for each.
    mutating func forgetOldest(remembering limit: Int) {
        if count / 2 >= limit { removeFirst(count - limit) }
    }
}
