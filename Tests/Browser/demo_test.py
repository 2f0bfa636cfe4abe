"""The demo in a real browser: asks, looks at what a user sees, injects faults, and watches the recovery.

    python3 Tests/Browser/demo_test.py [-v] [DemoTest.test_…]

Needs a Chromium (Debian: chromium) and the built program; elsewhere it says so and is skipped. The program is
.build/debug/ansari-whatsapp, or what PROGRAM names; the browser chromium, or what CHROMIUM names. With SCREENSHOTS set to a
directory, pictures are left there.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest

import chromium

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get("PROGRAM", os.path.join(ROOT, ".build", "debug", "ansari-whatsapp"))
PILLARS = "What are the five pillars of Islam, in detail?"


class DemoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.demo = subprocess.Popen([PROGRAM, "demo", "--port", "0"], stdout=subprocess.PIPE, text=True)
        cls.url = next(word for word in cls.demo.stdout.readline().split() if word.startswith("http://127.0.0.1:"))
        cls.browser = chromium.Browser(chromium.find())
        cls.browser.resize(1440, 900)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.demo.terminate()
        cls.demo.wait(10)
        cls.demo.stdout.close()

    def setUp(self):
        self.browser.open(self.url)
        self.browser.wait("people.size >= 3 && faults.server === 'up'")
        self.browser.evaluate("choose(newPerson().phone); $('text').focus()")
        self.asked = 0

    def tearDown(self):
        self.assertEqual(self.browser.problems, [])
        self.assertEqual([url for url in self.browser.requests if not url.startswith((self.url, "data:"))], [])

    # What a user does, and what a user sees.

    def ask(self, text):
        self.browser.evaluate("$('text').focus()")
        self.browser.type(text)
        self.browser.press("Enter")
        self.asked += 1
        self.browser.wait(f"people.get(chosen).messages.length === {self.asked}")

    def wait_for_end(self, seconds=20):
        self.browser.wait(f"people.get(chosen).messages.filter(one => one.isDone).length === {self.asked}", seconds)
        return self.browser.evaluate("people.get(chosen).messages.at(-1).chip.textContent")

    def answers(self):
        return self.browser.evaluate(
            "[...people.get(chosen).chat.querySelectorAll('.theirs:not(.typing)')].map(node => node.innerText)")

    def steps(self):
        return self.browser.evaluate("people.get(chosen).messages.at(-1).list.innerText")

    def picture(self, name):
        if directory := os.environ.get("SCREENSHOTS"):
            self.browser.screenshot(os.path.join(directory, f"{name}.png"))

    # The chat

    def test_a_question_is_typed_at_answered_and_ticked(self):
        self.ask("How do I pray?")
        self.browser.wait("people.get(chosen).chat.querySelector('.typing') && $('presence').textContent === 'typing…'")
        self.picture("typing")
        self.assertEqual(self.wait_for_end(), "answered in 1 part")
        self.browser.wait("!people.get(chosen).chat.querySelector('.typing')")
        self.assertEqual(self.browser.evaluate("people.get(chosen).messages[0].tick.getAttribute('aria-label')"), "read")
        (answer,) = self.answers()
        self.assertNotIn("*", answer)
        last = "[...people.get(chosen).chat.querySelectorAll('.theirs')].at(-1)"
        self.assertGreater(self.browser.evaluate(f"{last}.querySelectorAll('strong').length"), 3)
        self.assertEqual(self.browser.evaluate(f"{last}.querySelectorAll('ol li').length"), 5)
        self.assertTrue(self.browser.evaluate(f"{last}.querySelector('a').href.startsWith('https://')"))
        self.browser.wait("people.get(chosen).messages[0].list.innerText.includes('part 1 read → 200')")
        for step in ["delivery → 200", "GET …/users/exists", "POST …/messages/process",
                     "message accepted", "backend answered", "part 1 reached the phone"]:
            self.assertIn(step, self.steps())
        self.picture("desktop")

    def test_a_long_answer_comes_in_parts_within_the_limit(self):
        self.ask(PILLARS)
        self.assertEqual(self.wait_for_end(), "answered in 4 parts")
        self.assertEqual(len(self.answers()), 4)
        self.picture("long")

    def test_arabic_runs_from_the_right(self):
        self.ask("ما هو الصبر؟")
        self.wait_for_end()
        row = "people.get(chosen).chat.querySelector('.{} [dir=auto]')"
        for side in ["mine", "theirs"]:
            self.assertEqual(self.browser.evaluate(f"getComputedStyle({row.format(side)}).direction"), "rtl")
        self.picture("arabic")

    def test_markup_is_drawn_as_whatsapp_draws_it(self):
        cases = {
            "*bold* _italic_ ~gone~ `code`": "strong:bold em:italic s:gone code:code",
            "_*both*_": "em:both strong:both",
            "2*3*4 snake_case_name *a*b x * c * y": "",
            "`*not bold*`": "code:*not bold*",
            "> quoted *so*": "blockquote:quoted so strong:so",
            "- one\n- two": "ul:onetwo li:one li:two",
            "7. seven": "ol:seven li:seven",
            "a\n```let x = *1*\n```": "pre:let x = *1*",
            "see https://ansari.chat/a_b_c.": "a:https://ansari.chat/a_b_c",
        }
        drawn = ("(text => { const box = make('div', {}, markup(text)); return [...box.querySelectorAll("
                 "'strong,em,s,code,pre,ul,ol,li,blockquote,a')].map(node => node.localName + ':' + node.textContent).join(' ') })")
        for text, expected in cases.items():
            with self.subTest(text):
                self.assertEqual(self.browser.evaluate(f"{drawn}({json.dumps(text)})"), expected)

    def test_what_looks_like_html_stays_text(self):
        text = "<img src=x onerror=alert(1)><b>*bold*</b>"
        self.ask(text)
        self.wait_for_end()
        self.assertIn("<img src=x onerror=alert(1)>", self.browser.evaluate("people.get(chosen).chat.innerText"))
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('img').length"), 0)

    def test_pictures_voice_notes_and_choices_are_sent_and_noticed(self):
        for kind in ["image", "audio", "location", "sticker", "button_reply", "list_reply"]:
            self.browser.click("#attach")
            self.picture("menu")
            self.browser.click(f"[data-kind={kind}]")
            self.asked += 1
            self.assertIn("notice unsupported", self.wait_for_end(), kind)
        self.assertEqual(len(self.answers()), 6)
        self.picture("kinds")

    def test_buttons_of_the_business_can_be_tapped(self):
        self.browser.evaluate(
            "take.part({id: 'p', user: chosen, time: Date.now(), text: 'Well?',"
            " choices: [{kind: 'button_reply', choice: 'yes', text: 'Yes'}, {kind: 'list_reply', choice: '2', text: 'Two'}]})")
        self.picture("buttons")
        for index, title in enumerate(["Button: Yes", "List: Two"], 1):
            self.browser.click(f"#wall > :not([hidden]) .choices button:nth-child({index})")
            self.asked += 1
            self.wait_for_end()
            self.assertEqual(self.browser.evaluate("people.get(chosen).messages.at(-1).title"), title)

    def test_several_users_are_answered_side_by_side(self):
        before = self.browser.evaluate("messages.size")
        users = self.browser.evaluate("people.size")
        self.browser.click("#everyone")
        self.browser.wait(f"messages.size === {before + users}")
        self.browser.wait("[...messages.values()].every(one => one.isDone)", 30)
        for own in self.browser.evaluate(
                "[...people.values()].map(one => [one.messages.at(-1).title, one.chat.lastChild.innerText])"):
            self.assertTrue(own[1], own[0])

    def test_the_page_knows_everything_after_a_reload(self):
        self.ask("What is patience?")
        self.wait_for_end()
        self.browser.wait("people.get(chosen).messages[0].list.innerText.includes('part 1 read → 200')")
        shown = "[chosen, $('people').innerText.length, $('wall').textContent, people.get(chosen).messages[0].list.innerText]"
        phone, *before = self.browser.evaluate(shown)
        self.browser.open(self.url)
        self.browser.wait(f"people.has('{phone}') && messages.get([...messages.keys()].at(-1)).isDone")
        self.browser.evaluate(f"choose('{phone}')")
        self.browser.wait("people.get(chosen).messages[0].list.innerText.includes('part 1 read → 200')")
        self.assertEqual(self.browser.evaluate(shown)[3], before[2])

    # Faults

    def test_a_delivery_made_twice_is_answered_once(self):
        self.browser.click("#duplicates")
        self.browser.wait("$('duplicates').getAttribute('aria-checked') === 'true'")
        self.ask("How do I pray?")
        self.wait_for_end()
        self.browser.wait("people.get(chosen).messages[0].list.innerText.includes('message arrived once more')")
        self.assertEqual(self.steps().count("delivery → 200"), 2)
        self.assertEqual(len(self.answers()), 1)
        self.browser.click("#duplicates")
        self.browser.wait("$('duplicates').getAttribute('aria-checked') === 'false'")

    def test_a_text_refused_for_its_rate_is_held_and_sent(self):
        self.browser.click("#pairRate")
        self.browser.wait("!document.querySelector('#pairRate .armed').hidden")
        self.ask("How do I pray?")
        self.browser.wait("people.get(chosen).messages[0].list.innerText.includes('131056')")
        self.assertEqual(self.wait_for_end(60), "answered in 1 part")
        self.assertEqual(len(self.answers()), 1)
        self.picture("held")

    def test_a_text_that_graph_failed_at_is_sent_again(self):
        self.browser.click("#graph500")
        self.browser.wait("document.querySelector('#graph500 .armed').textContent === '1'")
        self.ask("How do I pray?")
        self.browser.wait("people.get(chosen).messages[0].list.innerText.includes('500 · 131000')")
        self.assertEqual(self.browser.evaluate("people.get(chosen).messages[0].list.querySelector('.bad').className"), "call bad")
        self.picture("graph-500")
        self.assertEqual(self.wait_for_end(60), "answered in 1 part")
        self.assertTrue(self.browser.evaluate("document.querySelector('#graph500 .armed').hidden"))
        self.assertEqual(self.steps().count("Graph ← text"), 2)
        self.assertEqual(len(self.answers()), 1)

    def test_a_text_that_graph_took_in_silence_is_known_by_its_status_and_not_sent_again(self):
        self.browser.click("#silence")
        self.browser.wait("document.querySelector('#silence .armed').textContent === '1'")
        self.ask("How do I pray?")
        self.browser.wait("people.get(chosen).messages[0].list.innerText.includes('part 1 reached the phone')")
        self.assertIn("Graph ← text\t…", self.steps().replace("\n", "\t"))
        self.picture("graph-silent")
        # The server waits 30 seconds for Graph's answer.
        self.assertEqual(self.wait_for_end(60), "answered in 1 part")
        self.assertEqual(self.steps().count("Graph ← text"), 1)
        self.assertEqual(len(self.answers()), 1)
        self.picture("graph-silence-resolved")

    def test_killed_in_mid_answer_it_goes_on_where_it_stopped(self):
        self.browser.click("#killsInAnswer")
        self.browser.wait("$('killsInAnswer').getAttribute('aria-checked') === 'true'")
        self.ask(PILLARS)
        self.browser.wait("faults.server === 'down'")
        self.picture("killed")
        self.assertEqual(self.wait_for_end(60), "answered in 4 parts")
        answers = self.answers()
        self.assertEqual(len(answers), 4)
        self.assertEqual(len(set(answers)), 4)
        self.assertEqual(self.steps().count("/messages/process"), 1)
        self.picture("recovered")

    def test_what_is_asked_while_the_server_is_down_is_answered_later(self):
        self.browser.click("#power")
        self.browser.wait("faults.server === 'down'")
        self.ask("How do I pray?")
        self.browser.wait("people.get(chosen).messages[0].list.innerText.includes('no connection')")
        self.picture("down")
        self.browser.click("#power")
        self.assertEqual(self.wait_for_end(30), "answered in 1 part")

    # A long day

    def test_the_page_keeps_the_last_few_hundred_events(self):
        # As the feed tells of them, for two users: messages that are answered, calls without an end, restarts.
        self.browser.evaluate("""(() => {
            for (let n = 0; n < 700; n++) {
                const time = Date.now(), id = `long${n}`, user = n % 2 ? "15550100001" : "15550100002";
                take.message({ id, key: `key${n}`, user, time, kind: "text", text: `question ${n}` });
                take.calling({ call: 1e6 + n, to: "Graph", method: "POST", path: "/v1/1/messages", what: "text", user, time });
                take.part({ id: `part${n}`, user, time, text: `answer ${n}`, choices: [] });
                take.log({ time, line: { level: "INFO", message: "Message finished", key: `key${n}`, outcome: "answered" } });
                if (n % 10 === 0) event(`event ${n}`);
            }
            for (let n = 0; n < 400; n++) take.delivering({ message: "long699", attempt: n, time: Date.now() });
        })()""")
        counts = self.browser.evaluate(
            "[$('feed').childElementCount, messages.size, keys.size, parts.size, calls.size, messages.get('long699').list.childElementCount,"
            " ...[...people.values()].flatMap(one => [one.chat.childElementCount, one.messages.length])]")
        self.assertLessEqual(max(counts), 301)
        self.assertLess(self.browser.evaluate("document.querySelectorAll('*').length"), 20_000)
        # What is new is there, and what comes for what was dropped does no harm.
        shown = "['part699', 'part17'].map(id => Boolean(document.querySelector(`[data-part=${id}]`)))"
        self.assertEqual(self.browser.evaluate(shown), [True, False])
        self.browser.evaluate("take.delivered({ message: 'long0', status: 200, microseconds: 1, time: Date.now() })")
        self.browser.evaluate("take.log({ time: Date.now(), line: { level: 'INFO', message: 'Part sent', key: 'key0' } })")
        self.ask("How do I pray?")
        self.assertEqual(self.wait_for_end(), "answered in 1 part")

    # Widths, keys, colours

    def test_a_phone_shows_one_thing_at_a_time(self):
        self.browser.resize(390, 844, 2, True)
        self.ask("How do I pray?")
        self.wait_for_end()
        for view, way in [("chat", None), ("live", "#chat [data-show=live]"), ("chat", "#live [data-show=chat]"),
                          ("chats", "#chat [data-show=chats]")]:
            if way:
                self.browser.click(way)
            visible = "['chats', 'chat', 'live'].filter(id => $(id).offsetWidth)"
            self.assertEqual(self.browser.evaluate(visible), [view])
            self.assertLessEqual(self.browser.evaluate("document.documentElement.scrollWidth"), 390)
            self.picture(f"phone-{view}")
        self.browser.click(".person")
        self.assertEqual(self.browser.evaluate("document.body.dataset.view"), "chat")
        self.browser.resize(1440, 900)

    def test_it_works_by_keyboard(self):
        self.browser.evaluate("$('attach').focus()")
        self.browser.press("Enter")
        self.browser.wait("document.activeElement.dataset.kind === 'image'")
        self.browser.press("ArrowDown")
        self.assertEqual(self.browser.evaluate("document.activeElement.dataset.kind"), "audio")
        self.browser.press("Escape")
        self.assertEqual(self.browser.evaluate("[document.activeElement.id, $('menu').hidden]"), ["text", True])
        self.browser.evaluate("document.querySelector('.person').focus()")
        self.browser.press("ArrowDown")
        self.browser.press("Enter")
        self.assertEqual(self.browser.evaluate("chosen"), self.browser.evaluate("[...people.keys()][1]"))
        self.browser.evaluate("$('slowBackend').focus()")
        for state in ["true", "false"]:
            self.browser.press("Enter")
            self.browser.wait(f"$('slowBackend').getAttribute('aria-checked') === '{state}'")

    def test_it_is_dark_where_the_reader_wants_it_dark(self):
        background = "getComputedStyle(document.body).backgroundColor"
        self.browser.prefer("light")
        light = self.browser.evaluate(background)
        self.browser.prefer("dark")
        self.assertNotEqual(self.browser.evaluate(background), light)
        self.ask("What is patience?")
        self.wait_for_end()
        self.picture("dark")
        self.browser.prefer("light")


class SimulatorTest(unittest.TestCase):
    """The simulator alone, before a server that somebody else started."""

    def test_it_plays_meta_and_the_backend_for_a_server_by_its_url(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        simulator = subprocess.Popen(
            [os.path.join(os.path.dirname(PROGRAM), "whatsapp-simulator"), "--port", "0", "--backend", "--name", "Bot",
             "--webhook", f"http://127.0.0.1:{port}/whatsapp/v2"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(end, simulator)
        settings = {}
        while "WHATSAPP_SERVICE_API_KEY" not in settings:
            name, _, value = simulator.stdout.readline().strip().partition("=")
            settings[name] = value
        data = tempfile.TemporaryDirectory()
        self.addCleanup(data.cleanup)
        server = subprocess.Popen(
            [PROGRAM, "serve"], cwd=data.name, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**settings, "PORT": str(port), "PATH": os.environ["PATH"]})
        self.addCleanup(end, server)
        browser = chromium.Browser(chromium.find())
        self.addCleanup(browser.close)
        browser.resize(1440, 900)
        browser.open(settings["META_GRAPH_URL"] + "/demo")
        browser.wait("people.size >= 3")
        self.assertTrue(browser.evaluate("$('power').hidden && $('killsInAnswer').hidden"))
        browser.evaluate("$('text').focus()")
        browser.type(PILLARS)
        browser.press("Enter")
        browser.wait("people.get(chosen).messages[0]?.chip.textContent === 'sent: 4'", 30)
        self.assertEqual(browser.evaluate("people.get(chosen).chat.querySelectorAll('.theirs').length"), 4)
        self.assertEqual(browser.problems, [])


def end(process):
    process.terminate()
    process.wait(40)
    process.stdout.close()


if __name__ == "__main__":
    if not chromium.find():
        print("Skipped: no Chromium here. On Debian: apt-get install chromium")
        sys.exit(0)
    if not os.path.exists(PROGRAM):
        sys.exit(f"There is no {PROGRAM}: build it first, with swift build.")
    unittest.main()
