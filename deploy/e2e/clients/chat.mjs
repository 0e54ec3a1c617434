// Talks in a chat room with `@stomp/stompjs` (npm), and says what it sees.
import { Client } from '@stomp/stompjs'
import { WebSocket } from 'ws'

const { url, token, room, name } = JSON.parse(process.env.ARGS)
const say = (said) => console.log(JSON.stringify(said))

let seen = null
const client = new Client({
  brokerURL: `${url}?token=${token}`,
  webSocketFactory: () => new WebSocket(`${url}?token=${token}`, ['v12.stomp', 'v11.stomp', 'v10.stomp']),
  heartbeatIncoming: 10000,
  heartbeatOutgoing: 10000,
  reconnectDelay: 200,
  // As mobile clients do it: binary messages, cut into pieces.
  forceBinaryWSFrames: name.includes('binary'),
  splitLargeFrames: true,
  maxWebSocketChunkSize: 64,
})
client.onConnect = (frame) => {
  say({ connected: frame.headers.version })
  client.subscribe('/user/queue/errors', (message) => say({ refused: JSON.parse(message.body).code }))
  client.watchForReceipt('subscribed', () => say({ subscribed: true }))
  const headers = seen === null ? {} : { 'after-seq': String(seen) }
  client.subscribe(
    `/topic/${room}`,
    (message) => {
      const body = JSON.parse(message.body)
      if (body.seq) seen = body.seq
      say({ message: body })
      // Whoever is greeted answers, once.
      if (body.content === `hello ${name}`) {
        client.watchForReceipt(`stored-${name}`, () => say({ stored: true }))
        client.publish({
          destination: `/app/chat.sendMessage/${room}`,
          headers: { receipt: `stored-${name}` },
          body: JSON.stringify({ content: `안녕, ${name}: 콜론과\n줄바꿈`, client_message_id: name }),
        })
        client.publish({ destination: `/topic/${room}`, body: JSON.stringify({ content: 'forged' }) })
      }
    },
    { ...headers, receipt: 'subscribed' },
  )
}
client.onStompError = (frame) => say({ error: frame.headers.code })
client.onWebSocketClose = (event) => say({ closed: event.code })
client.activate()
