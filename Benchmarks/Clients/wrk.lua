-- Lets wrk send the payloads of a file, each once: wrk … -s wrk.lua URL -- FILE
local lines

function init(arguments) lines = io.lines(arguments[1]) end

function request()
    local line = lines()
    return "POST /whatsapp/v2 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        .. "X-Hub-Signature-256: " .. line:sub(1, 71) .. "\r\nContent-Length: " .. (#line - 71) .. "\r\n\r\n"
        .. line:sub(72)
end
