import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import {
  AUTHENTICATION_FAILURES_MAX,
  fromBase64Url,
  keyPairFromPrivate,
  parseLink,
} from '@burritoshare/core';
import { accept, expect, failureOf, open, share, test as base } from '../support/app.ts';
import { sha256, writeRandom } from '../support/files.ts';
import { forgeAnswer, type Answer } from '../support/forged-answer.ts';
import { startHostileServer, type Meddle, type Relayed } from '../support/hostile-server.ts';
import { startManInTheMiddle, type ManInTheMiddle } from '../support/man-in-the-middle.ts';

/** A sender, a receiver, and between them an attacker with the link and a connection to the sender. */
interface Scene {
  readonly sender: Page;
  readonly receiver: Page;
  readonly link: string;
  /** The file that is shared. */
  readonly source: string;
  readonly man: ManInTheMiddle;
  /** Sets how the server meddles from now on. Until then it only relays. */
  readonly meddleWith: (meddle: Meddle) => void;
  /** All messages from the receiver to the sender. */
  readonly said: readonly Relayed[];
}

const NAME = 'recipe-9a2c.bin';

const test = base.extend<{ readonly scene: Scene }>({
  scene: async ({ server, person }, use, testInfo) => {
    const said: Relayed[] = [];
    let meddle: Meddle = (message) => [message];
    const hostile = await startHostileServer(server.url, (message, from, say) => {
      if (from === 'receiver') said.push(message);
      return meddle(message, from, say);
    });
    try {
      const source = await writeRandom(testInfo.outputPath(NAME), 1);
      const [sender, receiver, page] = [await person(), await person(), await person()];
      await recordDraws(sender);
      await watch(receiver);
      const link = await share(sender, hostile.url, source);
      const man = await startManInTheMiddle(server.url, link, page);
      const meddleWith = (next: Meddle): void => void (meddle = next);
      await use({ sender, receiver, link, source, man, said, meddleWith });
      await man.stop();
    } finally {
      await hostile.stop();
    }
  },
});

/** Answers every greeting in the sender's place, and relays nothing to the sender. */
function impersonate(
  man: ManInTheMiddle,
  answer: (greeting: Uint8Array) => Answer,
  isSure = false,
): Meddle {
  return (message, from, say) => {
    if (from === 'sender') return [message];
    if (message.seq > 0) man.hear(message, say);
    else man.pose(message, answer(fromBase64Url(message.data)), say, isSure);
    return [];
  };
}

/** The answers to a greeting that are possible with the link but without the private key. */
const answers: readonly {
  readonly name: string;
  readonly answer: (man: ManInTheMiddle, greeting: Uint8Array) => Answer;
}[] = [
  {
    name: 'with a static key of its own',
    answer: ({ link }, greeting) => forgeAnswer(link, greeting, randomBytes(32)),
  },
  {
    name: 'with an ephemeral key of its own and what is in the link',
    answer: ({ link }, greeting) => forgeAnswer(link, greeting),
  },
  { name: 'with what the sender answered it', answer: ({ answered }) => answered },
];

for (const { name, answer } of answers) {
  test(`I9, N6: a man in the middle who answers ${name} fails with \`security\``, async ({
    scene,
  }) => {
    const { sender, receiver, link, man, said, meddleWith } = scene;
    await expectAble(man);
    meddleWith(impersonate(man, (greeting) => answer(man, greeting)));

    await receiver.goto(link);

    await expectRefused(receiver);
    // The receiver sent only greetings, so it revealed nothing, not even the delivery's id.
    expect(said.map(({ seq }) => seq)).toEqual(Array(AUTHENTICATION_FAILURES_MAX).fill(0));
    // To the sender, the man in the middle is a receiver, and the only one.
    await expect(sender.getByTestId('delivery')).toHaveCount(1);
  });
}

test('I9, N3: a man in the middle who puts its description into the sender’s session fails with `security`', async ({
  scene,
}) => {
  const { receiver, link, man, said, meddleWith } = scene;
  await expectAble(man);
  const described: string[] = [];
  meddleWith((message, from) => {
    if (from === 'receiver' || message.seq !== 1) return [message];
    described.push(message.session);
    const forged = man.seal(message.session, man.answered.transport, described.length);
    return [{ ...message, data: forged.data }];
  });

  await receiver.goto(link);

  await expectRefused(receiver);
  // Each session got as far as its description.
  expect(described).toHaveLength(AUTHENTICATION_FAILURES_MAX);
  expect(said.filter(({ seq }) => seq === 0)).toHaveLength(AUTHENTICATION_FAILURES_MAX);
});

test(
  'I9: a delivery goes on unharmed if the man in the middle lets a session pass',
  { tag: '@quick' },
  async ({ scene }) => {
    const { sender, receiver, link, source, man, said, meddleWith } = scene;
    await expectAble(man);
    const passed = new Set<string>();
    const attempts = answers.slice(1);
    const pose = impersonate(man, (greeting) => attempts.shift()!.answer(man, greeting));
    meddleWith((message, from, say) => {
      if (attempts.length === 0 && message.seq === 0) passed.add(message.session);
      return passed.has(message.session) ? [message] : pose(message, from, say);
    });

    await open(receiver, link);
    const download = await accept(receiver);

    expect(said.filter(({ seq }) => seq === 0)).toHaveLength(AUTHENTICATION_FAILURES_MAX);
    expect(await sha256(await download.path())).toBe(await sha256(source));
    await expect(sender.locator('[data-testid=delivery][data-state=complete]')).toHaveCount(1);
    for (const description of (await watched(receiver)).descriptions) {
      expect(description).not.toContain(fingerprintOf(man.swapped));
    }
  },
);

test('with the sender’s private key, the same man in the middle passes as the sender', async ({
  scene,
}) => {
  const { sender, receiver, link, source, man, meddleWith } = scene;
  const privateKey = await privateKeyOf(sender, link);
  meddleWith(impersonate(man, (greeting) => forgeAnswer(man.link, greeting, privateKey), true));

  await open(receiver, link);
  const download = await accept(receiver);

  const { descriptions } = await watched(receiver);
  // Further lanes are negotiated over the connection with the man in the middle, who may pass on anything.
  expect(fingerprintOf(descriptions[0] ?? '')).toBe(fingerprintOf(man.swapped));
  expect(await sha256(await download.path())).toBe(await sha256(source));
});

/** The man in the middle has everything except the private key: the sender's description and a manifest. */
async function expectAble(man: ManInTheMiddle): Promise<void> {
  await expect.poll(() => man.overheard()).toContain(NAME);
  expect(fingerprintOf(man.swapped)).not.toBe(fingerprintOf(man.description));
}

function fingerprintOf(sdp: string): string {
  return /^a=fingerprint:[^\r\n]+/m.exec(sdp)?.[0] ?? '';
}

/** The receiver's page failed with `security`, and until then never showed or took anything of the attacker's. */
async function expectRefused(receiver: Page): Promise<void> {
  expect(await failureOf(receiver)).toBe('security');
  const { states, accepts, names, descriptions } = await watched(receiver);
  expect(states).toEqual(['connecting', 'failed']);
  expect({ accepts, names, descriptions }).toEqual({ accepts: 0, names: 0, descriptions: [] });
}

/** Everything that a page has shown and done since it was opened, even for a moment. */
interface Watched {
  /** The states of its delivery, in their order. */
  readonly states: readonly string[];
  /** How often there was an offer to accept. */
  readonly accepts: number;
  /** How often the page showed the shared file's name. */
  readonly names: number;
  /** Every remote description that its connections got. */
  readonly descriptions: readonly string[];
}

async function watch(page: Page): Promise<void> {
  await page.addInitScript((name) => {
    const seen = { states: [] as string[], accepts: 0, names: 0, descriptions: [] as string[] };
    Object.assign(window, { seen });
    new MutationObserver(() => {
      const delivery = document.querySelector('[data-testid=delivery]');
      const state = delivery?.getAttribute('data-state') ?? undefined;
      if (state !== undefined && seen.states.at(-1) !== state) seen.states.push(state);
      if (document.querySelector('[data-testid=accept]') !== null) seen.accepts += 1;
      if (document.body?.textContent.includes(name)) seen.names += 1;
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

    window.RTCPeerConnection = class extends RTCPeerConnection {
      override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
        seen.descriptions.push(description.sdp ?? '');
        return super.setRemoteDescription(description);
      }
    };
  }, NAME);
}

function watched(page: Page): Promise<Watched> {
  return page.evaluate(() => (window as unknown as { seen: Watched }).seen);
}

/** Records every 32 random bytes that a page draws. */
async function recordDraws(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const draws: number[][] = [];
    Object.assign(window, { draws });
    const draw = crypto.getRandomValues.bind(crypto);
    crypto.getRandomValues = (array) => {
      draw(array);
      if (array instanceof Uint8Array && array.length === 32) draws.push([...array]);
      return array;
    };
  });
}

/** The private key of the link that a page made. */
async function privateKeyOf(sender: Page, link: string): Promise<Uint8Array> {
  const wanted = Buffer.from(parseLink(link).publicKey);
  const draws = await sender.evaluate(() => (window as unknown as { draws: number[][] }).draws);
  const found = draws
    .map((bytes) => Uint8Array.from(bytes))
    .find((bytes) => wanted.equals(keyPairFromPrivate(bytes).publicKey));
  if (found === undefined) throw new Error('the page drew no such key');
  return found;
}
