import { readdir, readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';

/** Clock ticks of `/proc` in a second (`getconf CLK_TCK`), which Linux fixes. */
const TICKS = 100;

/** Processor time of all processes of some pages' browsers. Read it while they live: a closed page's share is gone. */
export interface ProcessorClock {
  /** Seconds since it was made, by person, process and thread: `0 renderer Chrome_ChildIOT`. */
  threads(): Promise<ReadonlyMap<string, number>>;
}

/** Begins to count the processor time of these pages' browsers. */
export async function startProcessorClock(pages: readonly Page[]): Promise<ProcessorClock> {
  const processes = (await Promise.all(pages.map(processesOf))).flat();
  const read = async (): Promise<ReadonlyMap<string, number>> => {
    const threads = await Promise.all(processes.map(threadsOf));
    const total = new Map<string, number>();
    for (const [name, seconds] of threads.flat()) total.set(name, (total.get(name) ?? 0) + seconds);
    return total;
  };
  const before = await read();
  return {
    threads: async () =>
      new Map([...(await read())].map(([name, now]) => [name, now - (before.get(name) ?? 0)])),
  };
}

/** Seconds of all threads for each GB of so many bytes. */
export function processorOf(threads: ReadonlyMap<string, number>, bytes: number): number {
  return ([...threads.values()].reduce((sum, seconds) => sum + seconds, 0) * 1e9) / bytes;
}

interface Process {
  readonly id: number;
  readonly name: string;
}

async function processesOf(page: Page, person: number): Promise<readonly Process[]> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  if (session === undefined) throw new Error('the browser is gone');
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.map(({ id, type }) => ({ id, name: `${person} ${type}` }));
}

async function threadsOf({ id, name }: Process): Promise<readonly (readonly [string, number])[]> {
  const tasks = await readdir(`/proc/${id}/task`);
  const stats = await Promise.all(
    tasks.map((task) => readFile(`/proc/${id}/task/${task}/stat`, 'utf8').catch(() => '')),
  );
  return stats.filter(Boolean).map((stat) => {
    const thread = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [`${name} ${thread}`, (Number(fields[11]) + Number(fields[12])) / TICKS] as const;
  });
}
