import Testing
import WhatsAppCore

@Suite("Formatter: direction")
struct FormatterDirectionTests {
    static let arabic = "الصبر من الإيمان.\n\nوهو أنواع:\n\n"

    @Test(
        "a line that begins with another script runs with the text around it",
        arguments: [
            ("PDF هو ملف", "\u{200F}PDF هو ملف"),
            ("- **Zakat** هي الزكاة", "- *\u{200F}Zakat* هي الزكاة"),
            ("1. Fajr: صلاة الفجر", "1. \u{200F}Fajr: صلاة الفجر"),
            ("5G شبكة الجيل الخامس", "\u{200F}5G شبكة الجيل الخامس"),
            ("- *3D* طباعة ثلاثية", "- _\u{200F}3D_ طباعة ثلاثية"),
            ("> (API) واجهة برمجية", "> (\u{200F}API) واجهة برمجية"),
            ("## Hadith الحديث الشريف", "*\u{200F}Hadith الحديث الشريف*"),
        ])
    func isMarked(line: String, expected: String) {
        #expect(WhatsAppFormatter().format(Self.arabic + line) == Self.arabic + expected)
    }

    @Test(
        "other lines need no mark",
        arguments: [
            "- نص", "1. نص", "[1] صحيح البخاري", "🌙 رمضان", "﴿نص﴾", "ﷺ نص", "123 - نص", "English words and نص",
            "English",
            "https://x.org/a هو الرابط المطلوب", "`code` هو الأمر المطلوب", "———",
        ])
    func isNotMarked(line: String) {
        #expect(WhatsAppFormatter().format(Self.arabic + line) == Self.arabic + line)
    }

    @Test("an English answer that quotes more Arabic than it says stays as it is")
    func quotation() {
        let answer = "Allah says: إِنَّ ٱللَّهَ مَعَ ٱلصَّابِرِينَ\n\nإِنَّ مَعَ ٱلْعُسْرِ يُسْرًا\n\nQuran 94:6"
        #expect(WhatsAppFormatter().format(answer) == answer)
    }

    @Test("code in a text from right to left stays as it is")
    func code() {
        let answer = Self.arabic + "```\nprint(\"السلام عليكم ورحمة الله\")\n```"
        #expect(WhatsAppFormatter().format(answer) == answer)
    }
}
