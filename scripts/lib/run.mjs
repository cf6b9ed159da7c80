import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import process from 'node:process';

import { root } from './root.mjs';

/**
 * The environment in which the workspace's tools run: they find each other (turbo looks for pnpm on
 * the PATH), and none of them reports home or fetches another version of itself.
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
 * @property {number} [timeoutMs] after which the command and all that it started is ended
 *
 * @typedef {object} RunResult
 * @property {number} code the exit code; 127 when there is no such program, 124 after a timeout
 * @property {string} output what it wrote to both streams, when `quiet`
 */

/**
 * Runs a program to its end. A program that fails, or that isn't there, is a result and no exception.
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
      // npm's and pnpm's launchers are .cmd files there, which only a shell can start.
      shell: onWindows,
      // A group of its own, so that a timeout reaches the browsers and workers it started as well.
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
        // It has ended by itself in the meantime.
      }
    };
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            end('SIGKILL');
          }, timeoutMs);
    // A group of its own doesn't get the terminal's Ctrl-C: pass it on.
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
