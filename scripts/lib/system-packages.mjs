// Programs beside Chromium that the tests of real faults drive. Only Node's built-ins here.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

import { run } from './run.mjs';

/** The program that a test starts, and Debian's package that brings it. */
const PROGRAMS = {
  ip: 'iproute2',
  nft: 'nftables',
  turnserver: 'coturn',
  'firefox-esr': 'firefox-esr',
};

/** Where Debian keeps programs for root, which not every PATH names. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin'];

/** @param {string} name */
function isThere(name) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

/**
 * Installs what is missing where it can: as root, with apt-get. What stays missing is the tests' to say.
 *
 * @returns {Promise<void>}
 */
export async function ensureSystemPackages() {
  const missing = Object.entries(PROGRAMS)
    .filter(([program]) => !isThere(program))
    .map(([, name]) => name);
  const canInstall = process.getuid?.() === 0 && isThere('apt-get');
  if (missing.length === 0 || !canInstall) return;
  console.log(`Installing ${missing.join(', ')} with apt-get …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { quiet: true, env });
  await run('apt-get', ['install', '-qq', '-y', ...missing], { quiet: true, env });
}
