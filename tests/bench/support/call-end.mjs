// One end of a paced flow like a call's. It is a process of its own, since it runs on a host of the lab.
//
//   node call-end.mjs echo ADDRESS   says on stderr that it listens, and returns each datagram
//   node call-end.mjs call ADDRESS   sends 50 datagrams a second until it gets a line, and prints a Round[] as JSON

import { createSocket } from 'node:dgram';
import { setPriority } from 'node:os';
import process from 'node:process';

const PORT = 5002;
/** Bytes of a datagram, and milliseconds between two: one of a call's frames of sound. */
const BYTES = 160;
const INTERVAL = 20;
/** Milliseconds to wait for the last ones: more than the deepest queue holds. */
const LAST = 2_000;

// The network is measured, and not this process's wait for a core.
setPriority(-10);
const [role, address] = process.argv.slice(2);
const socket = createSocket('udp4');

if (role === 'echo') echo(address);
else call(address);

function echo(host) {
  socket.on('message', (message, { port, address: from }) => socket.send(message, port, from));
  socket.bind(PORT, host, () => process.stderr.write('ready\n'));
}

function call(host) {
  const rounds = [];
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  socket.on('message', (message) => {
    const round = rounds[message.readUInt32BE()];
    if (round !== undefined) round.milliseconds ??= elapsed() - round.at;
  });
  const send = () => {
    // A timer that comes late doesn't thin the flow.
    while (rounds.length * INTERVAL <= elapsed()) {
      const message = Buffer.alloc(BYTES);
      message.writeUInt32BE(rounds.length);
      rounds.push({ at: elapsed() });
      socket.send(message, PORT, host);
    }
  };
  const timer = setInterval(send, 5);
  process.stdin.once('data', () => {
    clearInterval(timer);
    setTimeout(() => {
      process.stdout.write(JSON.stringify(rounds));
      socket.close();
      process.stdin.destroy();
    }, LAST);
  });
}
