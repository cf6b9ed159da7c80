import Fastify from 'fastify';
import { describe, expect, test } from 'vitest';

import { burritoshareSignaling, ConfigurationError, readConfiguration } from '../src/index.ts';

describe('the environment', () => {
  test('empty, it gives the defaults', () => {
    expect(readConfiguration({ PORT: '', HOST: ' ' })).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      trustProxy: [],
      iceServers: [],
      messageBytes: 65_536,
      receiversMax: 8,
      socketsPerAddress: 20,
      roomsPerHour: 30,
    });
  });

  test('lists are split at commas', () => {
    expect(
      readConfiguration({
        TRUST_PROXY: '10.0.0.0/8, fd00::/8,192.0.2.1',
        ALLOWED_ORIGINS: 'https://a.example,http://b.example:81',
        ICE_SERVERS:
          '[{"urls":"stun:stun.example"},{"urls":["turns:t.example"],"username":"u","credential":"c"}]',
      }),
    ).toMatchObject({
      trustProxy: ['10.0.0.0/8', 'fd00::/8', '192.0.2.1'],
      allowedOrigins: ['https://a.example', 'http://b.example:81'],
      iceServers: [
        { urls: 'stun:stun.example' },
        { urls: ['turns:t.example'], username: 'u', credential: 'c' },
      ],
    });
  });

  test.each([
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['MESSAGE_BYTES_MAX', '65537'],
    ['MESSAGES_PER_SECOND', '0'],
    ['SOCKETS_PER_ADDRESS', '2.5'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['TRUST_PROXY', 'loopback'],
    ['TRUST_PROXY', '10.0.0.0/8,'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'https://a.example/'],
    ['ALLOWED_ORIGINS', 'files.example'],
    ['ICE_SERVERS', 'stun:stun.example'],
    ['ICE_SERVERS', '{"urls":"stun:stun.example"}'],
    ['ICE_SERVERS', '[{"urls":"http://stun.example"}]'],
    ['ICE_SERVERS', '[{"urls":[]}]'],
    [
      'ICE_SERVERS',
      JSON.stringify(Array.from({ length: 900 }, () => ({ urls: 'stun:stun.example' }))),
    ],
    ['LOG_LEVEL', 'loud'],
    ['SILENCE_TIMEOUT_MS', '25000'],
  ])('%s=%s is refused by name', (variable, value) => {
    const read = () => readConfiguration({ [variable]: value });
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(new RegExp(`^${variable} must be .+$`));
  });

  test('a certificate needs its key, and a key its certificate', () => {
    expect(() => readConfiguration({ TLS_CERT: 'a' })).toThrow(
      'TLS_KEY must be set where TLS_CERT is',
    );
    expect(() => readConfiguration({ TLS_KEY: 'a' })).toThrow(
      'TLS_CERT must be set where TLS_KEY is',
    );
  });

  test('values that may be secret are not quoted', () => {
    const ICE_SERVERS = '[{"urls":"bad:x","credential":"hush"}]';
    let message = '';
    try {
      readConfiguration({ ICE_SERVERS });
    } catch (error) {
      message = (error as ConfigurationError).message;
    }
    expect(message).toContain('ICE_SERVERS');
    expect(message).not.toContain('hush');
  });
});

describe("the plugin's options", () => {
  test('are checked at registration, by their own names', async () => {
    const register = async (options: object): Promise<void> => {
      await Fastify().register(burritoshareSignaling, options);
    };
    await expect(register({ receiversMax: 0 })).rejects.toThrow(/^receiversMax must be/);
    await expect(register({ pingInterval: 60_000 })).rejects.toThrow(
      'silenceTimeout must be greater than pingInterval',
    );
    await expect(register({ recieversMax: 1 })).rejects.toThrow('recieversMax is not an option');
    await register({ receiversMax: 1 });
  });
});
