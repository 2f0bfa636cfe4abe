extension ScriptedAnswers {
    /// What is patience? Headings, both kinds of list, a quoted verse, nested emphasis.
    static let patience =
        """
        # Patience in Islam

        Patience, in Arabic *sabr* (صبر), is **to hold oneself firm**: to keep the heart from despair, the \
        tongue from complaint against God and the limbs from wrong. It is not passivity. A patient person \
        acts, asks for help, seeks treatment and mends what can be mended, and trusts God with the rest.

        ## What the Qur'an says

        > يَا أَيُّهَا الَّذِينَ آمَنُوا اسْتَعِينُوا بِالصَّبْرِ وَالصَّلَاةِ ۚ إِنَّ اللَّهَ مَعَ \
        الصَّابِرِينَ

        Patience stands here beside prayer as a source of strength, with the promise that God is with those \
        who are patient. [1] Elsewhere their reward is said to be without measure. [2]\u{20}

        ## Three kinds

        Scholars often speak of three kinds of patience:

        - **In obedience:** to keep up what is good, such as prayer, when it is hard
        - **In restraint:** to stay away from what is wrong, even when it is tempting
        - **In hardship:** to bear illness, loss or injustice without losing faith

        ## When it counts most

        The Prophet ﷺ passed by a woman who wept at a grave, and taught that true patience shows at the \
        *first* blow. [3] Tears are no lack of patience: he himself wept when his son Ibrahim died.

        ## How to grow in it

        1. Begin with **prayer**, and ask God for patience in your own words.
        2. Recall what is still good, and give thanks for it.
        3. Take *one small step* that is in your power.
        4. Speak with people you trust; to ask for help is ***not*** a weakness.

        And God knows best.
        """
        + citations([
            CitedPassage.patienceAndPrayer.cited(),
            CitedPassage.rewardOfPatience.cited(),
            CitedPassage.firstBlow.cited(),
        ])

    /// What is patience? In Arabic; the titles of the sources stay as the backend gives them.
    static let arabicPatience =
        """
        ## معنى الصبر

        الصبر في اللغة **الحبس والمنع**، وهو في الشرع حبس النفس عن الجزع، واللسان عن الشكوى، والجوارح عمّا لا \
        يُرضي الله. وليس الصبر استسلامًا، بل هو ثبات مع الأخذ بالأسباب والتوكّل على الله.

        ## أنواع الصبر

        - **الصبر على الطاعة:** بالمداومة عليها وإن شقّت على النفس
        - **الصبر عن المعصية:** بالبعد عنها وإن مالت إليها النفس
        - **الصبر على البلاء:** بالرضا وحسن الظنّ بالله

        ## فضله

        أمر الله المؤمنين أن يستعينوا بالصبر والصلاة، وأخبر أنّه مع الصابرين [1] ، ووعدهم أجرًا بغير حساب [2] \
        . وبيّن النبي ﷺ أنّ الصبر الكامل ما كان عند أوّل المصيبة [3] .

        ## كيف نتعلّم الصبر؟

        1. الدعاء والمحافظة على الصلاة
        2. تذكّر الأجر وقِصَر الدنيا
        3. استشارة أهل العلم والخبرة وطلب العون منهم

        والله أعلم.
        """
        + citations([
            CitedPassage.patienceAndPrayer.cited(as: .arabicOnly),
            CitedPassage.rewardOfPatience.cited(as: .arabicOnly),
            CitedPassage.firstBlow.cited(as: .arabicOnly),
        ])

    /// How does one pray? Short, with a link.
    static let prayer =
        """
        ## How to pray, in short

        There are five prayers a day, each at its own time. [1] After the ablution (*wudu*), facing Makkah:

        1. **Begin** with the intention in your heart, and say *Allahu akbar*.
        2. **Stand** and recite al-Fatihah, then some more of the Qur'an in the first two units.
        3. **Bow**, and stand up straight again.
        4. **Prostrate** twice, sitting for a moment in between.
        5. **Sit** after the second and the last unit, and end with the *salam* to the right and to the left.

        The times move with the sun, so they depend on your city: a local mosque's timetable is the best \
        guide. You can ask about the details at [Ansari](https://ansari.chat).
        """
        + citations([CitedPassage.appointedTimes.cited()])

    /// How is zakat calculated? Arithmetic whose signs are no markup, a table and a code block.
    static let zakat =
        """
        ## How zakat on savings is worked out

        Zakat is due once a lunar year on wealth that has stayed **at or above the nisab**. The usual rate on \
        money, gold and trade goods is 2.5 %, one part in forty. Giving it purifies the giver. [1]\u{20}

        ### 1. Is the nisab reached?

        The nisab is commonly taken as the value of 85 grams of gold. If a gram costs 60 (an example; look up \
        today's price), then 85 * 60 = 5,100. Some scholars go by the value of 595 grams of silver, which is \
        lower.

        ### 2. Add up what counts

        | Item | Amount |
        |---|---:|
        | Cash and bank accounts | 7,500 |
        | Gold and silver | 2,000 |
        | Goods for sale | 1,300 |
        | Debts due now | -800 |
        | **Total** | **10,000** |

        Your home, your car and what you use daily *do not* count.

        ### 3. Calculate

        10,000 is more than 5,100, so zakat is due: 2.5 % of 10,000 = 250.

        ```
        total  = 7,500 + 2,000 + 1,300 - 800
               = 10,000
        zakat  = 10,000 * 25 / 1,000
               = 250
        ```

        ### 4. Give it

        It goes to those whom the Qur'an names, the poor and the needy first. [2] For debts, jewellery in use, \
        pensions and shares, where the schools differ, please ask a scholar whom you trust.
        """
        + citations([
            CitedPassage.purification.cited(),
            CitedPassage.eightGroups.cited(as: .text),
        ])
}
