// Talks in a chat room as pages written for Spring do: `stompjs` 2.3.3 over `sockjs-client` (npm).
// That STOMP client offers 1.1 and 1.0 only.
import SockJS from 'sockjs-client'
import Stomp from 'stompjs'

const { url, token, room, name } = JSON.parse(process.env.ARGS)
const say = (said) => console.log(JSON.stringify(said))
let seen = null

const connect = () => {
  const socket = new SockJS(`${url.replace('ws:', 'http:')}?token=${token}`)
  const client = Stomp.over(socket)
  client.debug = () => {}
  client.heartbeat = { outgoing: 10000, incoming: 10000 }
  client.onreceipt = (frame) => say({ [frame.headers['receipt-id']]: true })
  client.connect(
    {},
    (frame) => {
      say({ connected: frame.headers.version })
      client.subscribe('/user/queue/errors', (message) =>
        say({ refused: JSON.parse(message.body).code }),
      )
      const headers = seen === null ? {} : { 'after-seq': seen }
      client.subscribe(
        `/topic/${room}`,
        (message) => {
          const body = JSON.parse(message.body)
          if (body.seq) seen = body.seq
          say({ message: body })
          if (body.content === `hello ${name}`) {
            const said = { content: `안녕, ${name}: 콜론과\n줄바꿈`, client_message_id: name }
            client.send(`/app/chat.sendMessage/${room}`, { receipt: 'stored' }, JSON.stringify(said))
            client.send(`/topic/${room}`, {}, JSON.stringify({ content: 'forged' }))
          }
        },
        { ...headers, receipt: 'subscribed' },
      )
    },
    () => {
      say({ closed: true })
      setTimeout(connect, 200)
    },
  )
}
connect()
