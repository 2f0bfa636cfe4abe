internal import WhatsAppTesting

enum Help {
    static let text = """
        Loads a server that carries questions from WhatsApp to the Ansari backend, plays Meta and the backend around it,
        and checks that every question is answered exactly once, in order, complete.

        usage: whatsapp-load [--server PATH] [options]    start our own server, and stop it at the end; by default the
                                                          ansari-whatsapp beside this program, with a data directory
                                                          of its own
               whatsapp-load --url URL [options]          load a server that runs, such as http://127.0.0.1:8001/whatsapp/v2

        A server that runs has to know this tool: the settings that it needs are printed as NAME=value on standard output,
        and the tool waits a minute for it. What is not given is made up.
          --port N               Meta and the backend, on 127.0.0.1: \(Options.defaultPort); any free one for our own server
          --secret S             signs the deliveries (META_ANSARI_APP_SECRET)
          --phone-number-id N    the business number's id
          --access-token T       what the server gives to the Graph API
          --backend-key K        what the server gives to the backend

        How much:
          --messages N           1000; or
          --duration S           for so many seconds
          --users N              who take turns: \(LoadPlan().users)
          --rate R               messages a second, whatever the server does; times count from when a message was due
          --rate max             each user asks when the last answer is there (the default)
          --connections C        C deliveries under way at any time, each followed by the next as soon as it has its 200
          --burst                all at once
          --batch N              messages of a delivery: 1
          --long-answers         answers of two to four parts
          --replay-week          a week of old messages at once, which must be taken in and hear nothing; then some fresh ones

        Trouble:
          --duplicates P         P % of the deliveries are made twice
          --reorder              deliveries are up to two seconds late, and overtake one another
          --statuses             each text is followed by sent, delivered and read
          --backend-delay MS     the backend thinks so long
          --graph-errors P       P % of the texts are refused with 500
          --graph-timeouts P     P % of the texts are taken, and the server never learns it
          --patience S           how long nothing may come before what is missing counts as lost: 60
          --seed N               the same seed, the same questions, duplicates and delays: 1

        What comes of it:
          --json FILE            all figures for programs; Docs/Load.md tells the keys
          --svg FILE             the two histograms as a picture
          --fail-if-p99-over MS  exit with 1 when the p99 of the 200 is over it
          --find-rate MS         look for the highest rate at which the p99 of the 200 stays under it, in rounds of
                                 3 seconds (--duration)

        exit codes: 0 all as promised, 1 something was not, 64 usage, 70 defect, 74 a file cannot be written, 75 the port is
                    taken, 78 the server does not start, or does not know this tool, 130 interrupted
        """
}
