import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../packages/signaling/dist/main.js', import.meta.url));

/** The real built server, in a process of its own. */
export interface RunningServer {
  readonly url: string;
  /** Its output so far. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts the server on a free port of the loopback interface, with the most detailed logs. */
export async function startServer(
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'trace',
      // All browsers of a run come from one address.
      ROOMS_PER_HOUR: '1000',
      SOCKETS_PER_ADDRESS: '200',
      REQUESTS_PER_MINUTE: '100000',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    const read = (data: Buffer): void => {
      log += data.toString();
      const ready = /ready at (\S+)/.exec(log)?.[1];
      if (ready !== undefined) resolve(ready);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => {
      reject(new Error(`The server ended: ${log}`));
    });
  });
  return {
    url,
    log: () => log,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}
