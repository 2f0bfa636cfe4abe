enum Help {
    static let text = """
        Carries questions from WhatsApp to the Ansari backend, and the answers back.

        usage: ansari-whatsapp [serve]             run the server (the default)
               ansari-whatsapp demo [--port 8001]  chat in the browser: WhatsApp and the backend are simulated
               ansari-whatsapp demo --terminal     chat in this terminal
               ansari-whatsapp demo --ask "…"      ask one question, print what the user would see, and exit
               ansari-whatsapp inspect FILE…       print what webhook payloads hold, one JSON object an event ('-': stdin)
               ansari-whatsapp journal check|stats|forget --user ID
                                                   what DATA_DIRECTORY holds; forget removes all of a user's data
               ansari-whatsapp dead-letters list|show KEY…|replay KEY…|drop KEY…
                                                   messages that could not be answered (replay, drop: --all)
               ansari-whatsapp aws create [--name ansari-whatsapp]
                                                   make the queue and the table that machines share, and print the
                                                   settings for them
               ansari-whatsapp aws replay          put the dead letters of the queue back to work
               ansari-whatsapp --help | --version

        The server reads its settings from the environment and from the file .env in the working directory; the
        environment wins. Settings without a default are required.

          DEPLOYMENT_TYPE                          local, development, staging or production
          META_BUSINESS_PHONE_NUMBER_ID            the number's id at Meta
          META_ACCESS_TOKEN_FROM_SYS_USER          a system user's access token
          META_WEBHOOK_VERIFY_TOKEN                the token of the webhook's handshake
          META_ANSARI_APP_SECRET                   the app secret; several, separated by commas, while it is rotated
          WHATSAPP_SERVICE_API_KEY                 the key for the backend
          BACKEND_SERVER_URL                       http://localhost:8000
          META_API_VERSION                         v22.0
          META_GRAPH_URL                           https://graph.facebook.com
          ALWAYS_RETURN_OK_TO_META                 true
          WHATSAPP_UNDER_MAINTENANCE               false
          WHATSAPP_CHAT_RETENTION_HOURS            3
          WHATSAPP_MESSAGE_AGE_THRESHOLD_SECONDS   86400
          MOCK_ANSARI_CLIENT, MOCK_META_API        false; true puts the simulated half in the place of the real one
          MAXIMUM_ACTIVE_USERS                     64; how many users a process answers at once: each is a request to the backend
          ORIGINS                                  origins allowed to call, separated by commas or as a JSON list
          META_WEBHOOK_ZROK_SHARE_TOKEN            in local, allows https://<token>.share.zrok.io
          HOST                                     0.0.0.0; 127.0.0.1 in local
          PORT                                     8001
          LOGGING_LEVEL                            INFO (TRACE DEBUG INFO SUCCESS WARNING ERROR CRITICAL)
          LOG_FORMAT                               json; pretty in local
          DATA_DIRECTORY                           ./data; the journal of what was accepted, and how far it got
          ANTHROPIC_API_KEY                        turns the translation of citations on
          ANTHROPIC_URL                            https://api.anthropic.com
          ANTHROPIC_MODEL                          claude-haiku-4-5

        By itself one process does all, and keeps a journal. With a queue of AWS several machines share the work, without a
        journal: serve --queue sqs --role webhook takes deliveries, --role worker answers, --role all does both.

          QUEUE                                    embedded, or sqs; as --queue
          ROLE                                     all, webhook or worker; as --role
          SQS_QUEUE_URL, SQS_DEAD_LETTER_QUEUE_URL FIFO queues, as 'aws create' makes them
          DYNAMODB_TABLE                           the table with what was done for each message
          AWS_REGION                               the region, or AWS_DEFAULT_REGION
          WORKER_LEASE_SECONDS                     30; after so long without a sign of life another worker takes over

        As a Lambda function (AWS_LAMBDA_RUNTIME_API, which Lambda sets) it is a webhook behind a function URL or an API Gateway
        HTTP API, or a worker at the queue.

        Credentials for AWS come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (AWS_SESSION_TOKEN), from
        ~/.aws/credentials (AWS_PROFILE), or from the role of the container or the instance. AWS_ENDPOINT_URL names another
        endpoint, as does AWS_ENDPOINT_URL_SQS or _DYNAMODB.

        The commands journal and dead-letters take --directory PATH in place of DATA_DIRECTORY. check, stats, list and show
        may be used beside a running server; forget, replay and drop while it is stopped. serve --salvage starts on a damaged
        journal, without what cannot be read. serve --until-end-of-input stops when its standard input ends, for a server that
        another program started.

        SIGTERM or SIGINT stops the server: it takes in no more, finishes what is running (30 seconds at most), and
        exits with 0; a second one ends it at once.

        exit codes: 0 done, 1 no answer or no payload, 64 usage, 65 damaged data, 66 unreadable file or unknown key,
                    70 defect, 74 disk, 75 already running, 78 configuration
        """
}
