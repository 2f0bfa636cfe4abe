import WhatsAppCore

let payload = try CloudAPIWebhookParser().parse(Array(#"{"entry":[]}"#.utf8))
print("events: \(payload.events.count)")
