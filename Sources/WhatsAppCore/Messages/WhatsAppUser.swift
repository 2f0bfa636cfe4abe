/// A person on WhatsApp, as Meta names them: by phone number, by business-scoped user id, or by both.
///
/// Users who adopted a username come without a phone number (developers.facebook.com, "Business-scoped user IDs",
/// 7 May 2026).
public struct WhatsAppUser: Sendable, Hashable {
    /// The phone number in international form without `+` (`from`, `wa_id`).
    public var phoneNumber: String?
    /// The business-scoped user id, such as `US.13491208655302741918` (`from_user_id`, `user_id`).
    public var userID: String?

    /// Makes a user.
    public init(phoneNumber: String? = nil, userID: String? = nil) {
        self.phoneNumber = phoneNumber
        self.userID = userID
    }

    /// The name that is stable for one user within one business: the user id, else the phone number; empty for nobody.
    /// Meta gives the user id with every message since April 2026.
    public var stableID: String { userID ?? phoneNumber ?? "" }

    /// Whether an operator means this user: by the user id, or by the phone number, with or without `+`, blanks, hyphens, dots
    /// and brackets.
    package func isNamed(_ name: String) -> Bool {
        let number = name.unicodeScalars.filter { !"+ -.()".unicodeScalars.contains($0) }
        return name == userID || !number.isEmpty && phoneNumber.map { $0.unicodeScalars.elementsEqual(number) } == true
    }

    /// The name by which a backend that knows phone numbers knows the user: the phone number, else the user id; empty for
    /// nobody.
    public var phoneNumberOrID: String { phoneNumber ?? userID ?? "" }
}
