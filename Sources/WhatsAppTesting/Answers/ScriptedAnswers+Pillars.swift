extension ScriptedAnswers {
    /// What are the five pillars? Longer than two messages can hold, with every form of citation.
    static let pillars =
        """
        # The five pillars of Islam

        Islam is often compared to a house, and its five pillars to what holds the house up. The image comes \
        from the Prophet Muhammad ﷺ himself, who said that Islam is built on five. [1] The pillars are \
        **acts**: something said, something done, something given, something given up for a while, and a \
        journey. Beneath them lies faith in the heart, and above them stands everything else: good character, \
        honest trade, kindness to parents and neighbours, care for the weak.

        This answer takes them one by one: what each of them is, where it comes from, how it is done, and what \
        it is for. It is an outline: the schools of law differ in some details.

        ## At a glance

        | Pillar | Arabic | When |
        |---|---|---|
        | Testimony of faith | الشهادة | Once with conviction, then always |
        | Prayer | الصلاة | Five times a day |
        | Zakat | الزكاة | Once a lunar year |
        | Fasting | الصوم | The month of Ramadan |
        | Pilgrimage | الحج | Once in a lifetime, if able |

        Before all of them stands the **intention**. The Prophet ﷺ taught that actions are judged by \
        intentions, and that each person has what he or she intended. [2] The same movements can be worship or \
        mere habit; the difference lies in the heart.

        ## 1. The testimony of faith (*shahadah*)

        The first pillar is a sentence:

        > أَشْهَدُ أَنْ لَا إِلَهَ إِلَّا اللَّهُ، وَأَشْهَدُ أَنَّ مُحَمَّدًا رَسُولُ اللَّهِ

        *"I bear witness that there is no god but God, and I bear witness that Muhammad is the messenger of \
        God."* Whoever says it knowingly, sincerely and freely enters Islam. No ceremony is required for it, \
        and no priest.

        ### What it means

        - **The first half** is about God:
          - that He alone is worthy of worship
          - that He has no partner, no child and no equal, as a short chapter of the Qur'an puts it [3]\u{20}
          - that hope, fear, love and trust belong to Him before anyone else
        - **The second half** is about the Prophet ﷺ:
          - that God sent him as the last of the prophets, after Abraham, Moses, Jesus and many others, peace \
        be upon them all
          - that what he taught in God's name is true
          - that his example is the way to live by the Qur'an

        ### What follows from it

        The testimony is not a sentence that one says and leaves behind. It is repeated in every call to \
        prayer and in every prayer, and those who hold to it try to let it show:

        1. In **worship**: nobody but God is prayed to.
        2. In **freedom**: nobody's approval and no possession becomes a god beside Him.
        3. In **humility**: if God alone is great, then no human being may look down on another.

        ## 2. Prayer (*salah*)

        Prayer is the pillar that shapes the day. The Qur'an calls it a duty with appointed times [4] and \
        Muslims pray at five of them, wherever they are: at home, at work, on a journey or in a mosque.

        ### The five prayers

        | Prayer | Time | Units |
        |---|---|---:|
        | Fajr | Dawn, before sunrise | 2 |
        | Dhuhr | After midday | 4 |
        | Asr | Afternoon | 4 |
        | Maghrib | After sunset | 3 |
        | Isha | Night | 4 |

        On Friday the congregation listens to a sermon at midday and prays two units in place of the four of \
        Dhuhr.

        ### Before the prayer

        - **Purity.** The body, the clothes and the place are clean, and one has made the ablution (*wudu*):
          1. wash the hands, rinse the mouth and the nose
          2. wash the face
          3. wash the arms up to and including the elbows
          4. wipe the head
          5. wash the feet up to and including the ankles
        - **Time.** A prayer is valid once its time has come.
        - **Dress.** The body is covered modestly.
        - **Direction.** One faces the Kaaba in Makkah, as well as one can find out.

        Where there is no water, or where water would harm, clean earth takes its place (*tayammum*).

        ### What happens in it

        One stands, recites the opening chapter of the Qur'an, bows, stands up again, and touches the ground \
        twice with the forehead. This makes one unit (*rak'ah*). After the last unit one sits, bears witness \
        again, asks for blessings upon the Prophet ﷺ, and ends by turning the head to the right and to the \
        left with a greeting of peace. Whoever cannot stand may sit, and whoever cannot sit may lie down.

        ### What it is for

        To remember God, first of all. It also trains a person: the Qur'an says that prayer holds one back \
        from indecency and from wrong. [5] Five times a day work stops, rich and poor stand shoulder to \
        shoulder, and one returns to what matters.

        ## 3. Zakat

        Zakat is a fixed share of one's wealth that belongs to people in need. The word has the sense of \
        *purity* and of *growth*. In the Qur'an it is named beside prayer again and again, as if one could not \
        stand without the other. [6]\u{20}

        ### Who gives, and how much

        - A **Muslim** whose wealth reaches a minimum (*nisab*) and stays there for a lunar year gives zakat.
        - On **money, gold, silver and goods for trade** the rate is 2.5 %, one part in forty.
        - On **crops** it is due at the harvest:
          - a tenth where rain or rivers water the field
          - a twentieth where watering takes labour or cost
        - For **livestock** there are tables of their own.
        - A home to live in, clothes, tools and furniture in use are *not* counted.

        ### Who receives

        One verse names eight groups [7] :

        1. the poor
        2. the needy
        3. those who collect and distribute it
        4. those whose hearts are to be won over
        5. people in bondage, to set them free
        6. those in debt
        7. the cause of God
        8. the stranded traveller

        It is not a favour of the rich. It is a right of the poor, and it should be given without a reminder \
        and without hurting anyone's dignity. What one gives beyond it is *sadaqah*, voluntary charity, and \
        may be as little as a smile or a kind word. At the end of Ramadan there is a small due besides, *zakat \
        al-fitr*, so that every family can share in the feast.

        ## 4. Fasting (*sawm*)

        In Ramadan, the ninth month of the lunar calendar, Muslims fast from dawn until sunset. They do not \
        eat, drink or have marital relations during that time, and they watch their tongue and temper more \
        than usual.

        The Qur'an says that fasting was prescribed for those who came before as well, and names its aim: \
        *taqwa*, being mindful of God. [8]\u{20}

        ### Who is excused

        - **For a time**, to be made up later:
          - the sick, when fasting would harm them
          - travellers
          - women during menstruation and after childbirth
        - **Pregnant and nursing women**, if they fear for themselves or for the child; the schools differ on \
        how they make up for it
        - **For good**: the very old and those who are ill without hope of recovery. They feed a poor person \
        for each day, if they can.
        - **Children** need not fast, though many like to try a few hours.

        Anyone with an illness such as diabetes should speak with a doctor *before* Ramadan. To protect one's \
        health is itself a duty.

        ### A day in Ramadan

        1. **Suhur**, a meal before dawn
        2. The **fast**, with the usual work and the five prayers
        3. **Iftar** at sunset, often with dates and water
        4. **Tarawih**, long voluntary prayers at night, in which many mosques recite the whole Qur'an over \
        the month

        The last ten nights are the most precious, because *Laylat al-Qadr*, the Night of Power, is sought \
        among them. The month ends with the feast of *Eid al-Fitr*.

        ### What it is for

        Hunger teaches gratitude and makes one feel what others feel all year. Nobody sees whether a person \
        fasts in private, and so the fast is an exercise in sincerity. Whoever can leave what is allowed, for \
        God's sake, finds it easier to leave what is not.

        ## 5. Pilgrimage (*hajj*)

        Once in a lifetime, a Muslim who is able to do so travels to Makkah for the Hajj. The Qur'an says that \
        it is owed to God by whoever can find a way there. [9] Being *able* includes health, a safe journey, \
        and enough money for the journey and for those who stay at home. Nobody has to go into debt for it.

        ### The days of the Hajj

        It takes place in *Dhul-Hijjah*, the last month of the lunar year:

        1. **Ihram.** The pilgrims put on simple clothes, for men two white sheets without seams, and make the \
        intention. From now on no quarrel, no hunting, no perfume.
        2. **Mina**, the 8th: they spend the day and the night in the valley.
        3. **Arafah**, the 9th: they stand in prayer on the plain from midday until sunset. *This is the heart \
        of the Hajj*; without it there is none.
        4. **Muzdalifah**, the night after: they rest under the open sky and gather pebbles.
        5. **The 10th**, the day of the feast:
           - they throw pebbles at a pillar in Mina, as a sign of rejecting evil
           - an animal is sacrificed, and much of the meat goes to the poor
           - men shave or shorten their hair, women cut off a little
           - they walk seven times around the Kaaba (*tawaf*)
           - they go seven times between Safa and Marwah (*sa'y*), in memory of Hagar, who looked there for \
        water for her son
        6. **Mina**, the 11th to the 12th or 13th: they throw pebbles again on each day.
        7. **Farewell.** A last *tawaf* before leaving Makkah.

        ### What it is for

        The Hajj recalls Abraham, Hagar and Ishmael, peace be upon them, and their trust in God. It brings \
        together people of every language and colour, dressed alike, so that nobody can tell a king from a \
        labourer.

        ## How the pillars belong together

        - The **testimony** gives the reason for the other four.
        - **Prayer** ties a person to God, and **zakat** ties a person to others.
        - **Fasting** is worship by leaving; the **Hajj** is worship by setting out.
        - All five **make allowance**: for the sick, the traveller, the poor, those who cannot.

        The pillars are not the whole of the house. Islam also knows six articles of *faith*: to believe in \
        God, His angels, His books, His messengers, the Last Day and the divine decree.

        For questions that concern your own life, please ask a scholar whom you trust. And God knows best.
        """
        + citations([
            CitedPassage.builtOnFive.cited(as: .labelledLines),
            CitedPassage.intentions.cited(as: .arabicOnly),
            CitedPassage.oneness.cited(as: .json),
            CitedPassage.appointedTimes.cited(as: .untranslated),
            CitedPassage.holdsBack.cited(),
            CitedPassage.prayerAndZakat.cited(as: .text),
            CitedPassage.eightGroups.cited(),
            CitedPassage.fasting.cited(),
            CitedPassage.pilgrimage.cited(),
        ])
}
