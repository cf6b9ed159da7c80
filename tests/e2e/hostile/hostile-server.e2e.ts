import { randomBytes } from 'node:crypto';
import {
  encodeUtf8,
  concatBytes,
  keyPairFromPrivate,
  parseLink,
  pskOf,
  respond,
  startInitiator,
  toBase64Url,
} from '@burritoshare/core';
import { accept, expect, failureOf, open, reach, share, test } from '../support/app.ts';
import {
  flipBit,
  startHostileServer,
  type Meddle,
  type Relayed,
} from '../support/hostile-server.ts';
import { sha256, writeRandom } from '../support/files.ts';

const MARKER = 'tortilla-marker-5f1d';
const file = {
  name: `${MARKER}.txt`,
  mimeType: 'text/plain',
  buffer: Buffer.from(`${MARKER} `.repeat(2000)),
};

test('I10: the server sees and logs no name, no content and no secret', async ({
  server,
  person,
}) => {
  const onlooker = await startHostileServer(server.url);
  try {
    const [sender, receiver] = [await person(), await person()];
    const link = await share(sender, onlooker.url, file);
    await open(receiver, link);
    await accept(receiver);

    const room = Buffer.from(link.split('#2.')[1] ?? '', 'base64url')
      .subarray(0, 16)
      .toString('base64url');
    const secrets = Buffer.from(link.split('#2.')[1] ?? '', 'base64url').subarray(16, 48);
    const seen = onlooker.seen();
    // The onlooker works: it saw the room, which it must see.
    expect(seen.includes(room)).toBe(true);
    for (const needle of [
      MARKER,
      Buffer.from(MARKER).toString('base64url'),
      link.split('#')[1] ?? '',
      secrets,
    ]) {
      expect(seen.includes(needle)).toBe(false);
      expect(Buffer.from(server.log()).includes(needle)).toBe(false);
    }
    for (const needle of [room, '127.0.0.1/', '/signal'])
      expect(server.log()).not.toContain(needle);
  } finally {
    await onlooker.stop();
  }
});

/** Attacks by a server, and the end of a delivery through it. */
const attacks: readonly {
  readonly name: string;
  readonly meddle: (linkOf: () => string) => Meddle;
  readonly ends: 'complete' | 'security';
}[] = [
  {
    name: 'flips a bit of every message',
    meddle: () => (message) => [flipBit(message)],
    ends: 'security',
  },
  {
    name: 'flips a bit of every message after the handshake',
    meddle: () => (message) => [message.seq === 0 ? message : flipBit(message)],
    ends: 'security',
  },
  {
    name: 'can’t read the fingerprints that it would swap, and garbles them in every description',
    meddle: () => (message) => [message.data.length > 500 ? flipBit(message) : message],
    ends: 'security',
  },
  {
    name: 'flips a bit of the first message',
    meddle: () => once((message) => [flipBit(message)]),
    ends: 'complete',
  },
  {
    name: 'repeats every message',
    meddle: () => (message) => [message, message],
    ends: 'complete',
  },
  { name: 'replays every message of the session after each', meddle: replay, ends: 'complete' },
  { name: 'swaps the first messages', meddle: () => swapFirst(2), ends: 'complete' },
  {
    name: 'invents messages of the session and of others',
    meddle: () => (message) => [
      { ...message, session: toBase64Url(randomBytes(16)) },
      message,
      { ...message, seq: message.seq + 1000, session: toBase64Url(randomBytes(16)) },
    ],
    ends: 'complete',
  },
  { name: 'drops the first message', meddle: () => once(() => []), ends: 'complete' },
  {
    name: 'holds the link and answers in the name of the sender',
    meddle: impostor,
    ends: 'security',
  },
];

for (const { name, meddle, ends } of attacks) {
  const end = ends === 'complete' ? 'goes on unharmed' : 'fails with `security`';
  test(`I9: through a server that ${name}, a delivery ${end}`, async ({
    server,
    person,
  }, testInfo) => {
    let link = '';
    const hostile = await startHostileServer(
      server.url,
      meddle(() => link),
    );
    try {
      const source = await writeRandom(testInfo.outputPath('source.bin'), 1);
      const [sender, receiver] = [await person(), await person()];
      link = await share(sender, hostile.url, source);
      if (ends === 'complete') {
        await open(receiver, link);
        const download = await accept(receiver);
        expect(await sha256(await download.path())).toBe(await sha256(source));
        await reach(sender, 'complete');
      } else {
        await receiver.goto(link);
        expect(await failureOf(receiver)).toBe('security');
        await expect(receiver.getByTestId('accept')).toHaveCount(0);
      }
    } finally {
      await hostile.stop();
    }
  });
}

/** Changes only the very first message. */
function once(change: (message: Relayed) => readonly Relayed[]): Meddle {
  let isDone = false;
  return (message) => {
    if (isDone) return [message];
    isDone = true;
    return change(message);
  };
}

/** After each message, repeats the earlier ones of its sender. */
function replay(): Meddle {
  const said = new Map<string, Parameters<Meddle>[0][]>();
  return (message, from) => {
    const earlier = said.get(from) ?? [];
    // Repeats only a few, since more would run into the server's own rate limit.
    said.set(from, [...earlier, message].slice(-4));
    return [message, ...earlier];
  };
}

/** Holds a receiver's message back until after its next one, this many times. */
function swapFirst(times: number): Meddle {
  let held: Parameters<Meddle>[0] | undefined;
  let left = times;
  return (message, from) => {
    if (from === 'sender' || message.seq === 0 || left === 0) return [message];
    if (held === undefined) {
      held = message;
      return [];
    }
    const late = held;
    held = undefined;
    left -= 1;
    return [message, late];
  };
}

/**
 * Knows room, secret and public key, and plays the sender as well as it can: it finishes the handshake with a key pair
 * of its own, and sends the result to the receiver.
 */
function impostor(linkOf: () => string): Meddle {
  return (message, from, answer) => {
    if (from === 'sender') return [message];
    const { roomBytes, secret, publicKey } = parseLink(linkOf());
    const prologue = concatBytes(encodeUtf8('burritoshare 2'), roomBytes);
    const psk = pskOf(secret, publicKey);
    const own = keyPairFromPrivate(randomBytes(32));
    const handshake = startInitiator({
      prologue,
      psk,
      remoteStatic: own.publicKey,
      ephemeral: randomBytes(32),
    });
    const answered = respond({
      prologue,
      psk,
      static: own,
      ephemeral: randomBytes(32),
      message: handshake.message,
    });
    const { session, seq } = message;
    answer({ type: 'relay', from: 'sender', session, seq, data: toBase64Url(answered.message) });
    return [];
  };
}
