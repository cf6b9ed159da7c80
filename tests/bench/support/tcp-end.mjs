// One end of a TCP connection. It is a process of its own, since it runs on a host of the lab.
//
//   node tcp-end.mjs receive ADDRESS SECONDS   says on stderr that it listens, and prints a Moment[] as JSON
//   node tcp-end.mjs send ADDRESS              sends zeros until the other end has had enough

import { connect, createServer } from 'node:net';
import process from 'node:process';

const PORT = 5001;
const [role, address, limit] = process.argv.slice(2);

if (role === 'receive') receive(address, Number(limit));
else send(address);

function receive(host, seconds) {
  const server = createServer((socket) => {
    const moments = [{ seconds: 0, bytes: 0 }];
    let bytes = 0;
    socket.on('data', ({ length }) => {
      bytes += length;
    });
    socket.once('data', () => {
      const began = performance.now();
      const timer = setInterval(() => {
        const moment = { seconds: (performance.now() - began) / 1000, bytes };
        moments.push(moment);
        if (moment.seconds < seconds) return;
        clearInterval(timer);
        server.close();
        socket.resetAndDestroy();
        process.stdout.write(JSON.stringify(moments));
      }, 500);
    });
  });
  server.listen(PORT, host, () => process.stderr.write('ready\n'));
}

function send(host) {
  const zeros = Buffer.alloc(256 * 1024);
  const socket = connect(PORT, host);
  const fill = () => {
    while (socket.writable && socket.write(zeros));
  };
  socket.on('connect', fill).on('drain', fill);
  // The other end resets the connection once it has enough. That is a normal end.
  socket.on('error', ({ code }) => {
    if (code === 'ECONNRESET' || code === 'EPIPE') return;
    process.exitCode = 1;
  });
}
