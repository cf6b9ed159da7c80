import process from 'node:process';

/** How long a server may outlive the command that started it, in milliseconds. */
const LOOK_EVERY_MS = 500;

/**
 * Ends this process, as SIGTERM would, when the process that started it is gone. `npm start` puts a
 * shell in between: a SIGTERM to npm ends npm and the shell, never reaches us, and would leave a server
 * behind that nobody can see.
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
