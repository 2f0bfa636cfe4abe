/// A passage that scripted answers cite. The English is a plain rendering made for this simulator.
struct CitedPassage: Sendable {
    let title: String
    let arabic: String
    let english: String

    /// The ways in which the backend writes a citation.
    enum Form: Sendable {
        /// An Arabic and an English paragraph.
        case arabicAndEnglish
        /// A source text that brought its own `Arabic:` and `English:` lines.
        case labelledLines
        /// A source text that brought only its `Arabic:` line.
        case arabicOnly
        /// Arabic whose translation failed.
        case untranslated
        /// Text in another language than Arabic.
        case text
        /// The source as the search returned it.
        case json
    }

    /// The citation without its number.
    func cited(as form: Form = .arabicAndEnglish) -> String {
        let body =
            switch form {
            case .arabicAndEnglish: " Arabic: \(arabic)\n\n English: \(english)"
            case .labelledLines: "Arabic: \(arabic)\nEnglish: \(english)"
            case .arabicOnly: "Arabic: \(arabic)"
            case .untranslated: " Arabic: \(arabic)\n\n English: [Translation unavailable]"
            case .text: " Text: \(english)"
            // No passage holds a character that JSON would have to escape.
            case .json: #"[{"lang":"ar","text":"\#(arabic)"},{"lang":"en","text":"\#(english)"}]"#
            }
        return "\(title):\n\(body)\n\n"
    }
}

extension ScriptedAnswers {
    /// The English of a passage that the answers cite in Arabic, as a translator would give it; for any other text a
    /// line that says what this is.
    public static func translation(of arabic: String) -> String {
        let passage = CitedPassage.all.first { $0.arabic == arabic }
        return passage?.english ?? "(A translation of \(arabic.count) characters by the simulator.)"
    }

    /// The end of an answer: its citations, numbered from 1.
    static func citations(_ citations: [String]) -> String {
        citations.enumerated().reduce(into: "\n\n**Citations**:\n") { text, citation in
            text += "[\(citation.offset + 1)] \(citation.element)"
        }
    }
}

extension CitedPassage {
    static let all = [
        prayerAndZakat, patienceAndPrayer, fasting, pilgrimage, appointedTimes, eightGroups, purification, holdsBack,
        rewardOfPatience, oneness, intentions, builtOnFive, firstBlow,
    ]
}

// MARK: The Qur'an

extension CitedPassage {
    static let prayerAndZakat = CitedPassage(
        title: "Qur'an 2:43",
        arabic: "وَأَقِيمُوا الصَّلَاةَ وَآتُوا الزَّكَاةَ وَارْكَعُوا مَعَ الرَّاكِعِينَ",
        english: "Keep up the prayer, give zakat, and bow down with those who bow down.")

    static let patienceAndPrayer = CitedPassage(
        title: "Qur'an 2:153",
        arabic:
            "يَا أَيُّهَا الَّذِينَ آمَنُوا اسْتَعِينُوا بِالصَّبْرِ وَالصَّلَاةِ ۚ إِنَّ اللَّهَ مَعَ الصَّابِرِينَ",
        english: "You who believe, seek help in patience and prayer: God is with those who are patient.")

    static let fasting = CitedPassage(
        title: "Qur'an 2:183",
        arabic: """
            يَا أَيُّهَا الَّذِينَ آمَنُوا كُتِبَ عَلَيْكُمُ الصِّيَامُ كَمَا كُتِبَ عَلَى الَّذِينَ مِن قَبْلِكُمْ \
            لَعَلَّكُمْ تَتَّقُونَ
            """,
        english: """
            You who believe, fasting is prescribed for you as it was prescribed for those before you, \
            so that you may be mindful of God.
            """)

    static let pilgrimage = CitedPassage(
        title: "Qur'an 3:97 (part)",
        arabic: "وَلِلَّهِ عَلَى النَّاسِ حِجُّ الْبَيْتِ مَنِ اسْتَطَاعَ إِلَيْهِ سَبِيلًا",
        english: "People owe it to God to make the pilgrimage to the House, whoever can find a way there.")

    static let appointedTimes = CitedPassage(
        title: "Qur'an 4:103 (part)",
        arabic: "إِنَّ الصَّلَاةَ كَانَتْ عَلَى الْمُؤْمِنِينَ كِتَابًا مَّوْقُوتًا",
        english: "Prayer is prescribed for the believers at appointed times.")

    static let eightGroups = CitedPassage(
        title: "Qur'an 9:60",
        arabic: """
            إِنَّمَا الصَّدَقَاتُ لِلْفُقَرَاءِ وَالْمَسَاكِينِ وَالْعَامِلِينَ عَلَيْهَا وَالْمُؤَلَّفَةِ قُلُوبُهُمْ \
            وَفِي الرِّقَابِ وَالْغَارِمِينَ وَفِي سَبِيلِ اللَّهِ وَابْنِ السَّبِيلِ ۖ فَرِيضَةً مِّنَ اللَّهِ ۗ \
            وَاللَّهُ عَلِيمٌ حَكِيمٌ
            """,
        english: """
            Alms are only for the poor, the needy, those who work with them, those whose hearts are to be won over, \
            for freeing people in bondage, for those in debt, for the cause of God and for the traveller in need: \
            a duty laid down by God. God is all-knowing, all-wise.
            """)

    static let purification = CitedPassage(
        title: "Qur'an 9:103 (part)",
        arabic: "خُذْ مِنْ أَمْوَالِهِمْ صَدَقَةً تُطَهِّرُهُمْ وَتُزَكِّيهِم بِهَا",
        english: "Take alms from their wealth, to cleanse and purify them by it.")

    static let holdsBack = CitedPassage(
        title: "Qur'an 29:45 (part)",
        arabic: "وَأَقِمِ الصَّلَاةَ ۖ إِنَّ الصَّلَاةَ تَنْهَىٰ عَنِ الْفَحْشَاءِ وَالْمُنكَرِ",
        english: "And keep up the prayer: prayer holds back from indecency and wrong.")

    static let rewardOfPatience = CitedPassage(
        title: "Qur'an 39:10 (part)",
        arabic: "إِنَّمَا يُوَفَّى الصَّابِرُونَ أَجْرَهُم بِغَيْرِ حِسَابٍ",
        english: "Those who are patient will be given their reward in full, without reckoning.")

    static let oneness = CitedPassage(
        title: "Qur'an 112:1-4",
        arabic: """
            قُلْ هُوَ اللَّهُ أَحَدٌ ۝ اللَّهُ الصَّمَدُ ۝ لَمْ يَلِدْ وَلَمْ يُولَدْ ۝ وَلَمْ يَكُن لَّهُ كُفُوًا أَحَدٌ
            """,
        english: """
            Say: He is God, One; God, on whom all depend. He did not beget and was not begotten, \
            and there is none equal to Him.
            """)
}

// MARK: Hadith

extension CitedPassage {
    static let intentions = CitedPassage(
        title: "Sahih al-Bukhari 1 (part)",
        arabic: "إِنَّمَا الأَعْمَالُ بِالنِّيَّاتِ، وَإِنَّمَا لِكُلِّ امْرِئٍ مَا نَوَى",
        english: "Actions are only by intentions, and everyone has only what he intended.")

    static let builtOnFive = CitedPassage(
        title: "Sahih al-Bukhari 8",
        arabic: """
            بُنِيَ الإِسْلاَمُ عَلَى خَمْسٍ شَهَادَةِ أَنْ لاَ إِلَهَ إِلاَّ اللَّهُ وَأَنَّ مُحَمَّدًا رَسُولُ اللَّهِ، \
            وَإِقَامِ الصَّلاَةِ، وَإِيتَاءِ الزَّكَاةِ، وَالْحَجِّ، وَصَوْمِ رَمَضَانَ
            """,
        english: """
            Islam is built on five: to bear witness that there is no god but God and that Muhammad is the messenger \
            of God, to keep up the prayer, to give zakat, the pilgrimage, and to fast in Ramadan.
            """)

    static let firstBlow = CitedPassage(
        title: "Sahih al-Bukhari 1283 (part)",
        arabic: "إِنَّمَا الصَّبْرُ عِنْدَ الصَّدْمَةِ الأُولَى",
        english: "Patience is only at the first blow.")
}
