// Rooms with socket.io as its documentation has them: two instances share them through the Redis
// adapter, a token is checked at the start, and each message is inserted before it is handed on.
import { createServer } from 'node:http'
import { createAdapter } from '@socket.io/redis-adapter'
import { createClient } from 'redis'
import { Server } from 'socket.io'
import jwt from 'jsonwebtoken'
import mysql from 'mysql2/promise'

const { PORT, SECRET, DATABASE_URL, REDIS_URL } = process.env
const pool = mysql.createPool({ uri: DATABASE_URL, connectionLimit: 8 })
const publisher = createClient({ url: REDIS_URL })
const subscriber = publisher.duplicate()
await Promise.all([publisher.connect(), subscriber.connect()])

const http = createServer((_, response) => response.end())
const io = new Server(http, {
  adapter: createAdapter(publisher, subscriber),
  transports: ['websocket'],
  perMessageDeflate: false,
  pingInterval: 3600000,
})
io.use((socket, next) => {
  try {
    socket.data.user = jwt.verify(socket.handshake.auth.token, SECRET, {
      algorithms: ['HS256'],
      audience: 'project509',
      issuer: 'https://project509.example',
    }).sub
    next()
  } catch (error) {
    next(error)
  }
})
io.on('connection', (socket) => {
  socket.on('join', (room, done) => {
    socket.join(room)
    done()
  })
  socket.on('say', async (room, { content }) => {
    const [stored] = await pool.execute(
      'INSERT INTO messages (room, sender, content) VALUES (?, ?, ?)',
      [room, socket.data.user, content],
    )
    io.to(room).emit('message', { id: stored.insertId, room, sender: socket.data.user, content })
  })
})
http.listen(Number(PORT), '127.0.0.1')
