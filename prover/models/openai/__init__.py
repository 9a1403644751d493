"""Models behind an OpenAI-compatible server: `client` is the model, `wire` reads and writes its messages, `http`
carries them, `refusals` reads the server's reasons, `pace` keeps to rate limits, `server` finds out what answers."""
