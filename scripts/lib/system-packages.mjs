// What the tests with real faults need of the system, and gets installed where it can be. Only Node's
// built-ins here.

import process from 'node:process';

import { run } from './run.mjs';

/** Debian's packages, and a program of each that tells whether it is there. */
const PACKAGES = {
  iproute2: ['ip', '-V'],
  nftables: ['nft', '--version'],
  coturn: ['turnserver', '--version'],
  'firefox-esr': ['firefox-esr', '--version'],
};

/** What takes longer than this won't arrive. */
const INSTALL_TIMEOUT_MS = 5 * 60_000;

/** @typedef {keyof typeof PACKAGES} SystemPackage */

/** @returns {Promise<readonly SystemPackage[]>} */
async function findInstalled() {
  const found = await Promise.all(
    Object.entries(PACKAGES).map(async ([name, [program = '', ...args]]) => {
      // A program that is there says something, whatever its exit code.
      const { code } = await run(program, args, { quiet: true });
      return code === 127 ? [] : [/** @type {SystemPackage} */ (name)];
    }),
  );
  return found.flat();
}

/**
 * Installs what is missing, as root and with apt-get; elsewhere it changes nothing. What can't be had is no
 * exception: the tests that need it say so.
 *
 * @returns {Promise<readonly SystemPackage[]>} those that are there
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
  // One by one: a package that can't be had doesn't keep the others out.
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
