// Finds and, where possible, installs the system packages for the tests with real faults. Uses only Node's built-ins.

import process from 'node:process';

import { run } from './run.mjs';

/** Debian's packages, each with a program that shows whether it is installed. */
const PACKAGES = {
  iproute2: ['ip', '-V'],
  nftables: ['nft', '--version'],
  coturn: ['turnserver', '--version'],
  'firefox-esr': ['firefox-esr', '--version'],
};

/** An installation that takes longer counts as failed. */
const INSTALL_TIMEOUT_MS = 5 * 60_000;

/** @typedef {keyof typeof PACKAGES} SystemPackage */

/** @returns {Promise<readonly SystemPackage[]>} */
async function findInstalled() {
  const found = await Promise.all(
    Object.entries(PACKAGES).map(async ([name, [program = '', ...args]]) => {
      // An existing program ends with any other code than 127.
      const { code } = await run(program, args, { quiet: true });
      return code === 127 ? [] : [/** @type {SystemPackage} */ (name)];
    }),
  );
  return found.flat();
}

/**
 * Installs missing packages if this is root and apt-get exists; otherwise changes nothing. A package that can't be
 * installed causes no exception: the tests that need it report it.
 *
 * @returns {Promise<readonly SystemPackage[]>} the installed packages
 */
export async function ensureSystemPackages() {
  const installed = await findInstalled();
  const missing = Object.keys(PACKAGES).filter(
    (name) => !installed.includes(/** @type {SystemPackage} */ (name)),
  );
  if (missing.length === 0) return installed;

  const isRoot = process.getuid?.() === 0;
  if (!isRoot || (await run('apt-get', ['--version'], { quiet: true })).code !== 0) {
    console.log(`Not on this machine: ${missing.join(', ')}. Tests that need it don't run.`);
    return installed;
  }
  console.log(`Installing ${missing.join(', ')} with apt-get …`);
  const options = {
    quiet: true,
    timeoutMs: INSTALL_TIMEOUT_MS,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  };
  await run('apt-get', ['update', '-qq'], options);
  // Installs them one by one, so that a missing package doesn't stop the others.
  for (const name of missing) {
    const { code, output } = await run(
      'apt-get',
      ['install', '-qq', '-y', '--no-install-recommends', name],
      options,
    );
    if (code !== 0) console.log(`${name} could not be installed:\n${output.trim()}`);
  }
  return findInstalled();
}
