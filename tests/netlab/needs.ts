import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

import type { TestInfo } from '@playwright/test';

import { ip } from './shell.ts';

const isCi = ['1', 'true'].includes(process.env['CI'] ?? '');

/**
 * Skips a test that can't run on this machine, and shows the reason. In continuous integration nobody reads the list of
 * skipped tests, so there it fails.
 *
 * @param missing - the things that this machine lacks, if any.
 */
export function need(info: TestInfo, missing: string | undefined): void {
  if (missing === undefined) return;
  if (isCi) throw new Error(missing);
  console.log(`Skipped: "${info.title}": ${missing}`);
  info.skip(true, missing);
}

/** The path of the first of these programs that this machine has. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The reason why this machine can't build a lab, if there is one. */
export async function missingForLab(...programs: readonly string[]): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces are a part of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const program of ['ip', 'tc', ...programs])
    if (findProgram(program) === undefined) return `there is no ${program} on this machine`;
  const namespace = `bs${process.pid % 10_000}probe`;
  try {
    await ip(`netns add ${namespace}`);
    await ip(`netns del ${namespace}`);
    return undefined;
  } catch (error) {
    return `no network namespace can be made here: ${(error as Error).message.trim()}`;
  }
}

/** The reason why this machine can't build a lab with an emulated link, if there is one. */
export async function missingForLink(): Promise<string | undefined> {
  return (await missingForLab('cc')) ?? missingForDevices();
}

function missingForDevices(): string | undefined {
  try {
    closeSync(openSync('/dev/net/tun', 'r+'));
    return undefined;
  } catch (error) {
    return `no network device can be made here: ${(error as Error).message}`;
  }
}
