// The look's promises that figures can show: docs/design-language.md.
import type { Page } from '@playwright/test';
import { accept, expect, open, openMore, reach, share, test } from '../support/app.ts';
import { writeZeros } from '../support/files.ts';
import { hurryDisk, slowDisk } from '../support/slow-disk.ts';

const note = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('a note') };

/** Words in sight before somebody opens a detail. */
const WORDS_MAX = 65;

/** Layout shift over a whole visit. */
const SHIFT_MAX = 0.05;

/** CSS pixels, in both directions. */
const TARGET_MIN = 44;

interface Shift {
  readonly value: number;
  /** What moved, and by how much: for whoever reads a failure. */
  readonly what: readonly string[];
}

/** Records what of a page moves without being asked to. */
async function watchShifts(page: Page): Promise<() => Promise<readonly Shift[]>> {
  await page.addInitScript(() => {
    interface LayoutShift extends PerformanceEntry {
      readonly value: number;
      readonly hadRecentInput: boolean;
      readonly sources: readonly {
        readonly node: Node | null;
        readonly previousRect: DOMRectReadOnly;
        readonly currentRect: DOMRectReadOnly;
      }[];
    }
    const shifts: Shift[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as LayoutShift[]) {
        if (hadRecentInput) continue;
        const what = sources.map(({ node, previousRect, currentRect }) => {
          const name = node instanceof Element ? node.className : node?.textContent;
          return `${name}: ${previousRect.top} to ${currentRect.top}`;
        });
        shifts.push({ value, what });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () => page.evaluate(() => (window as unknown as { shifts: readonly Shift[] }).shifts);
}

function wordsInSight(page: Page): Promise<number> {
  return page.evaluate(
    () => document.querySelector('main')!.innerText.split(/\s+/).filter(Boolean).length,
  );
}

/** Everything that can be pressed and is smaller than a fingertip. */
function smallTargets(page: Page, least: number): Promise<readonly string[]> {
  return page.evaluate(
    (min) =>
      Array.from(document.querySelectorAll('button, a, select, summary, input:not([type=file])'))
        .filter((element) => element.checkVisibility())
        // A checkbox has its label around it.
        .map((element) => element.closest('label') ?? element)
        .filter((element) => {
          const { width, height } = element.getBoundingClientRect();
          return width < min || height < min;
        })
        .map((element) => element.outerHTML),
    least,
  );
}

function groundOf(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.documentElement.dataset['ground']);
}

/** The bottom edges of the link and of every lane, on the whole page. */
function edges(page: Page): Promise<{ readonly link: number; readonly lanes: readonly number[] }> {
  return page.evaluate(() => {
    const bottom = (element: Element) => element.getBoundingClientRect().bottom + scrollY;
    return {
      link: bottom(document.querySelector('[data-testid=share-link]')!),
      lanes: Array.from(document.querySelectorAll('.counter li'), bottom),
    };
  });
}

test('the link and four lanes fit into a screen, and into one and a quarter on a phone', async ({
  server,
  person,
}) => {
  test.setTimeout(240_000);
  const sender = await person();
  await sender.setViewportSize({ width: 1280, height: 800 });
  const link = await share(sender, server.url, [note, { ...note, name: 'more.txt' }]);
  for (const receiver of [await person(), await person(), await person(), await person()])
    await open(receiver, link);
  await expect(sender.locator('[data-testid=delivery][data-state=offered]')).toHaveCount(4);

  for (const [width, height, most] of [
    [1280, 800, 800],
    [360, 740, 925],
  ] as const) {
    await sender.setViewportSize({ width, height });
    const { link: at, lanes } = await edges(sender);
    expect(lanes, 'four receivers, and whoever is next').toHaveLength(5);
    expect(at).toBeLessThan(lanes[0]!);
    expect(lanes[3], `${width} px`).toBeLessThanOrEqual(most);
  }
});

test('a delivery moves nothing on a phone, says little, and ends on avocado', async ({
  server,
  person,
}, testInfo) => {
  test.setTimeout(240_000);
  const film = await writeZeros(testInfo.outputPath('film.bin'), 24);
  const [sender, receiver] = [await person(), await person()];
  for (const page of [sender, receiver]) await page.setViewportSize({ width: 360, height: 740 });
  const watches = [await watchShifts(sender), await watchShifts(receiver)];
  const pages = { sender, receiver };
  const calm = async (when: string): Promise<void> => {
    for (const [name, page] of Object.entries(pages)) {
      expect(await wordsInSight(page), `words of the ${name}, ${when}`).toBeLessThanOrEqual(
        WORDS_MAX,
      );
      expect(await smallTargets(page, TARGET_MIN), `targets of the ${name}, ${when}`).toEqual([]);
    }
  };

  await sender.goto(server.url);
  await expect(sender.getByTestId('file-input')).toBeAttached();
  expect(await wordsInSight(sender)).toBeLessThanOrEqual(WORDS_MAX);
  const link = await share(sender, server.url, film);
  await slowDisk(receiver, 300);
  await open(receiver, link);
  await reach(sender, 'offered');
  await calm('offered');
  expect([await groundOf(sender), await groundOf(receiver)]).toEqual(['masa', 'masa']);

  await receiver.getByTestId('accept').click();
  await reach(sender, 'moving');
  await calm('moving');
  const moved = await Promise.all(watches.map((shifts) => shifts()));
  await hurryDisk(receiver);
  await reach(receiver, 'complete');
  await reach(sender, 'complete');
  await calm('complete');
  for (const shifts of moved) {
    const sum = shifts.reduce((all, { value }) => all + value, 0);
    expect(sum, JSON.stringify(shifts)).toBeLessThan(SHIFT_MAX);
  }
  expect([await groundOf(sender), await groundOf(receiver)]).toEqual(['avocado', 'avocado']);
  await openMore(sender);
  expect(await smallTargets(sender, TARGET_MIN)).toEqual([]);
});

test('a delivery from an earlier visit lies on avocado without being filled again', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  await open(receiver, await share(sender, server.url, note));
  await accept(receiver);
  const filled = (): Promise<boolean> =>
    receiver.evaluate(() => 'filled' in document.documentElement.dataset);
  expect(await filled()).toBe(true);

  await receiver.reload();

  await reach(receiver, 'complete');
  expect([await groundOf(receiver), await filled()]).toEqual(['avocado', false]);
});

test('no focus is shown to somebody who has touched nothing, and it is shown from the first key', async ({
  server,
  person,
}) => {
  const sender = await person();
  await share(sender, server.url, note);
  const heading = sender.getByRole('heading', { level: 1 });
  await expect(heading).toBeFocused();
  await expect(heading).toHaveCSS('text-decoration-line', 'none');

  await sender.keyboard.press('Tab');

  const outline = await sender.evaluate(
    () => getComputedStyle(document.activeElement!).outlineStyle,
  );
  expect(outline).toBe('solid');
});

test('forced colours leave the line, the bar and the main button to be seen', async ({
  server,
  person,
}, testInfo) => {
  const film = await writeZeros(testInfo.outputPath('film.bin'), 24);
  const [sender, receiver] = [await person(), await person()];
  await receiver.emulateMedia({ forcedColors: 'active' });
  await slowDisk(receiver, 1000);
  await open(receiver, await share(sender, server.url, film));
  const border = (selector: string): Promise<string> =>
    receiver.evaluate((one) => {
      const style = getComputedStyle(document.querySelector(one)!);
      return `${style.borderTopStyle} ${style.borderTopWidth}`;
    }, selector);
  expect(await border('[data-testid=accept]')).toBe('solid 2px');

  await receiver.getByTestId('accept').click();
  await reach(receiver, 'moving');

  expect(await border('.line-run')).toBe('solid 3px');
  expect(await border('.bar-fill')).toBe('solid 7px');
});
