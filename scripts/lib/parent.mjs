import process from 'node:process';

/** Milliseconds that a server may outlive the command that started it. */
const LOOK_EVERY_MS = 500;

/**
 * Ends this process, as SIGTERM would, when the process that started it is gone. `npm start` puts a shell in between. A
 * SIGTERM to npm ends npm and the shell but never reaches this process, which would leave an invisible server behind.
 */
export function endWithParent() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  timer.unref();
}
