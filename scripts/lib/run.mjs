import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import process from 'node:process';

import { root } from './root.mjs';

/**
 * The environment for the workspace's tools. They find each other (turbo looks for pnpm on the PATH), send no
 * telemetry, and don't fetch other versions of themselves.
 *
 * @returns {NodeJS.ProcessEnv}
 */
function toolEnvironment() {
  return {
    ...process.env,
    PATH: [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    npm_config_manage_package_manager_versions: 'false',
  };
}

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] added to the tools' environment
 * @property {string} [cwd] the repository's root when absent
 * @property {boolean} [quiet] keep the output for the result instead of showing it
 * @property {number} [timeoutMs] after which the command and all processes that it started are ended
 *
 * @typedef {object} RunResult
 * @property {number} code the exit code; 127 if there is no such program, 124 after a timeout
 * @property {string} output the text of both streams, if `quiet`
 */

/**
 * Runs a program to its end. A missing program or a failure is a result, not an exception.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(command, args, { env = {}, cwd = root, quiet = false, timeoutMs } = {}) {
  return new Promise((done) => {
    const onWindows = process.platform === 'win32';
    const child = spawn(command, args, {
      cwd,
      env: { ...toolEnvironment(), ...env },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      // On Windows, npm's and pnpm's launchers are .cmd files, which only a shell can start.
      shell: onWindows,
      // Gives it a process group, so that a timeout also ends the browsers and workers that it started.
      detached: timeoutMs !== undefined && !onWindows,
    });
    let output = '';
    let timedOut = false;
    const collect = (/** @type {Buffer} */ data) => {
      output += data.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);

    const end = (/** @type {NodeJS.Signals} */ signal) => {
      try {
        if (timeoutMs === undefined || onWindows || child.pid === undefined) child.kill(signal);
        else process.kill(-child.pid, signal);
      } catch {
        // It has already ended by itself.
      }
    };
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            end('SIGKILL');
          }, timeoutMs);
    // The terminal's Ctrl-C doesn't reach another process group, so pass it on.
    const interrupt = () => {
      end('SIGTERM');
      process.exit(130);
    };
    if (timeoutMs !== undefined) process.once('SIGINT', interrupt).once('SIGTERM', interrupt);

    const finish = (/** @type {RunResult} */ result) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      done(result);
    };
    child.once('error', (error) => finish({ code: 127, output: `${output}${error.message}\n` }));
    child.once('close', (code) => finish({ code: timedOut ? 124 : (code ?? 1), output }));
  });
}
