// Follows a stream of notifications with `eventsource` (npm), and says each event.
import { EventSource } from 'eventsource'

const { url, token } = JSON.parse(process.env.ARGS)
const say = (said) => console.log(JSON.stringify(said))

const source = new EventSource(url, {
  fetch: (input, init) =>
    fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
})
source.onopen = () => say({ open: true })
source.onerror = (error) => say({ error: error.code ?? null })
source.onmessage = (event) => say({ unnamed: event.data })
for (const name of ['notification', 'resync']) {
  source.addEventListener(name, (event) =>
    say({ event: name, id: event.lastEventId, data: JSON.parse(event.data) }),
  )
}
