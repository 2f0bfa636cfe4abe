/// A run of `*`, `_` or `~`, which may open emphasis, close it, or be text.
struct DelimiterRun {
    let byte: UInt8
    let length: Int
    let canOpen: Bool
    let canClose: Bool
    /// How many of its bytes are not yet part of a pair.
    var remaining: Int
    /// The marks that close here, in order, and those that open here, the innermost first.
    var closes: [WhatsAppMark] = []
    var opens: [WhatsAppMark] = []

    /// Classifies the run at `range`, by CommonMark's rules for flanking runs with these differences: `2*3*4`, `a*b*c` and
    /// `x**2` stay, but not between letters of other scripts, where prefixes are written without a blank; and `**` next to punctuation may close even if a letter follows, since models forget that blank.
    init(_ source: [UInt8], _ range: Range<Int>) {
        byte = source[range.lowerBound]
        length = range.count
        remaining = length
        let before = source.scalar(before: range.lowerBound) ?? " "
        let after = source.scalar(at: range.upperBound) ?? " "
        let (spaceBefore, spaceAfter) = (before.isSpace, after.isSpace)
        let (signBefore, signAfter) = (before.isPunctuationOrSymbol, after.isPunctuationOrSymbol)
        let leftFlanking = !spaceAfter && (!signAfter || spaceBefore || signBefore)
        let rightFlanking = !spaceBefore && (!signBefore || spaceAfter || signAfter)
        let insideWord = !spaceBefore && !signBefore && !spaceAfter && !signAfter
        switch byte {
        case UInt8(ascii: "*") where length == 2:
            let (digitBefore, digitAfter) = (before.isASCIIDigit, after.isASCIIDigit)
            canOpen = !spaceAfter && !(insideWord && (digitBefore || digitAfter))
            canClose = !spaceBefore && !(digitBefore && digitAfter)
        case UInt8(ascii: "*"):
            let isBetweenLetters = [before, after].allSatisfy { $0.isLetter && !$0.isASCII }
            let isText = insideWord && length == 1 && !isBetweenLetters
            canOpen = leftFlanking && !isText
            canClose = rightFlanking && !isText
        case UInt8(ascii: "~") where length == 2:
            canOpen = leftFlanking
            canClose = rightFlanking
        case UInt8(ascii: "~") where length > 2:
            canOpen = false
            canClose = false
        default:
            canOpen = leftFlanking && (!rightFlanking || signBefore)
            canClose = rightFlanking && (!leftFlanking || signAfter)
        }
    }

    /// Whether `self` can open what `closer` closes (CommonMark's "multiple of three" rule; `~` pairs with its like).
    func pairs(with closer: DelimiterRun) -> Bool {
        guard byte == closer.byte else { return false }
        if byte == UInt8(ascii: "~") { return length == closer.length }
        guard canClose || closer.canOpen else { return true }
        return (length + closer.length) % 3 != 0 || (length % 3 == 0 && closer.length % 3 == 0)
    }

    /// Closers of one class find the same openers.
    var closerClass: Int {
        let kind = byte == UInt8(ascii: "*") ? 0 : byte == UInt8(ascii: "_") ? 1 : 2
        return kind * 6 + (canOpen ? 3 : 0) + length % 3
    }
    static let closerClasses = 18
}

/// Pairs runs of delimiters, in linear time.
enum Emphasis {
    /// Pairs the runs that `indices` names, in their order.
    ///
    /// Looking back for an opener is the only search. Where it fails, `floors` remembers below which height of the
    /// stack that class of closers has nothing to find, so that no opener is looked at in vain twice by the same class.
    static func pair(_ runs: inout [DelimiterRun], _ indices: ArraySlice<Int>) {
        var openers: [Int] = []
        var floors = [Int](repeating: 0, count: DelimiterRun.closerClasses)
        func lowerFloors() {
            for index in floors.indices where floors[index] > openers.count { floors[index] = openers.count }
        }
        for index in indices {
            while runs[index].canClose, runs[index].remaining > 0 {
                let floor = runs[index].closerClass
                var height = openers.count - 1
                while height >= floors[floor], !runs[openers[height]].pairs(with: runs[index]) { height -= 1 }
                guard height >= floors[floor] else {
                    floors[floor] = openers.count
                    break
                }
                let opener = openers[height]
                openers.removeSubrange((height + 1)...)
                bind(&runs, opener, index)
                if runs[opener].remaining == 0 { openers.removeLast() }
                lowerFloors()
            }
            if runs[index].canOpen, runs[index].remaining > 0 { openers.append(index) }
        }
    }

    private static func bind(_ runs: inout [DelimiterRun], _ opener: Int, _ closer: Int) {
        let mark: WhatsAppMark
        let used: Int
        if runs[opener].byte == UInt8(ascii: "~") {
            (mark, used) = (.strikethrough, runs[closer].remaining)
        } else if runs[opener].remaining >= 2, runs[closer].remaining >= 2 {
            (mark, used) = (.bold, 2)
        } else {
            (mark, used) = (.italic, 1)
        }
        runs[opener].remaining -= used
        runs[closer].remaining -= used
        runs[opener].opens.append(mark)
        runs[closer].closes.append(mark)
    }
}
