import { FAILURE_CODES } from '@burritoshare/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, test, vi } from 'vitest';

import { STORIES } from '../../stories/stories.tsx';

// The share button looks whether the browser can; Node 20 has no navigator at all.
beforeAll(() => {
  vi.stubGlobal('navigator', {});
});

const names = Object.keys(STORIES);

function draw(name: string): string {
  expect(names).toContain(name);
  return renderToStaticMarkup(STORIES[name]);
}

/** The values of an attribute, in the order of the page. Listed entries are left out: they have a state, too. */
function all(html: string, attribute: string): readonly string[] {
  return Array.from(
    html
      .replaceAll(/<[^>]*data-testid="entry"[^>]*>/g, '')
      .matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g')),
    ([, value = '']) => value,
  );
}

/** The words that a person sees. */
function wordsOf(html: string): string {
  return html.replaceAll(/<[^>]*>/g, '');
}

function has(html: string, testId: string): boolean {
  return html.includes(`data-testid="${testId}"`);
}

describe('every story', () => {
  test.each(names)('%s has one heading, speaks plainly and needs no inline style sheet', (name) => {
    const html = draw(name);
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html.replaceAll(/<[^>]*>/g, ' ')).not.toMatch(/!|oops|undefined|NaN|\[object/i);
    expect(html).not.toContain('<style');
  });
});

describe('the sender’s hooks', () => {
  test('two inputs take files, one of them folders', () => {
    const html = draw('choosing');
    expect(html).toMatch(/<input[^>]*webkitdirectory="[^"]*"[^>]*data-testid="folder-input"/);
    expect(html).toMatch(/<input(?![^>]*webkitdirectory)[^>]*data-testid="file-input"/);
  });

  test('the link is there in full, once there is one', () => {
    expect(has(draw('choosing'), 'share-link')).toBe(false);
    const link = /data-testid="share-link"[^>]*value="([^"]*)"/.exec(draw('sharing-nobody'))?.[1];
    expect(link).toMatch(/^https:\/\/burrito\.example\/#2\.[\w-]{88}$/);
  });

  test('there is always one dotted lane for whoever is next, and it is no delivery', () => {
    for (const name of ['sharing-nobody', 'sharing-rows', 'sharing-complete'])
      expect(draw(name).match(/aria-label="You to whoever is next: waiting"/g)).toHaveLength(1);
    expect(draw('sharing-replaced')).not.toContain('whoever is next');
  });

  test('what is rare stands behind "More"', () => {
    const [, more = ''] = draw('sharing-rows').split('<summary>More</summary>');
    expect(has(more, 'speed-limit')).toBe(true);
    expect(wordsOf(more)).toContain('Stop sharing');
    expect(draw('sharing-rows')).not.toMatch(/<details[^>]* open/);
  });

  test('each receiver has a row with its state, and none stands for nobody', () => {
    expect(has(draw('sharing-nobody'), 'delivery')).toBe(false);
    expect(all(draw('sharing-rows'), 'data-state')).toEqual([
      'moving',
      'connecting',
      'waiting',
      'offered',
      'interrupted',
      'interrupted',
      'paused',
      'paused',
      'paused',
      'verifying',
      'cancelled',
      'cancelled',
      'declined',
    ]);
  });

  test('A6 who waits for a place has a row that says so, and nothing to press', () => {
    const html = draw('sharing-waiting');
    expect(all(html, 'data-state')).toEqual(['moving', 'waiting', 'waiting']);
    const [, second, third] = html.split('<li class="delivery').map(wordsOf);
    expect(second).toContain('8.4\u00a0MB/s');
    expect(third).toContain('Receiver 2waits for a place');
    expect(third).toContain('is let in by itself');
    expect(all(html, 'aria-label').filter((label) => label.includes('Receiver 2'))).toEqual([
      'You to Receiver 2: waiting',
    ]);
  });

  test('A5 rows can be cleared where there are such, also once the link has gone', () => {
    const clearable = names.filter((name) => draw(name).includes('Clear what isn’t under way'));
    expect(clearable).toEqual(['sharing-waiting', 'sharing-replaced']);
  });

  test('N9 the sender is told that somebody knocks, and that they get nothing', () => {
    const told = names.filter((name) => draw(name).includes('Somebody knocks'));
    expect(told).toEqual(['sharing-knocked', 'sharing-waiting']);
    const html = draw('sharing-knocked');
    expect(wordsOf(html)).toContain('They see nothing and get nothing.');
    expect(html).toMatch(/<div role="status"><p[^>]*>Somebody knocks/);
  });

  test('S11 a link that the server has no room for yet is not called ready', () => {
    const words = wordsOf(draw('sharing-no-server-place'));
    expect(words).toContain('Almost ready.');
    expect(words).toContain('Until it has, nobody can come in. This page asks again by itself');
  });

  test('what has ended can’t be cancelled', () => {
    expect(
      all(draw('sharing-rows'), 'aria-label').filter((label) => label.startsWith('Cancel')),
    ).toHaveLength(10);
    expect(draw('sharing-complete')).not.toContain('Cancel');
  });

  test('a failed row has its code', () => {
    expect(all(draw('sharing-failures'), 'data-code')).toEqual(FAILURE_CODES);
  });

  test('the speed limit has a label, says whom it is for, and shows what is chosen', () => {
    const html = draw('sharing-rows');
    const id = /<select id="([^"]*)"/.exec(html)?.[1];
    expect(html).toContain(`for="${id}">Speed limit</label>`);
    expect(html).toContain(`aria-describedby="${id}-detail"`);
    expect(html).toContain(`id="${id}-detail">For all receivers of this page together`);
    expect(html).toMatch(/<option value="625000" selected="">5.Mbit/);
  });

  test('the speed limit stays where the link has gone and something is on its way, and only there', () => {
    expect(has(draw('sharing-replaced'), 'speed-limit')).toBe(true);
    expect(has(draw('sharing-refused'), 'speed-limit')).toBe(false);
  });

  test('M7 names that had to change are told, with what they were', () => {
    expect(wordsOf(draw('sharing-renamed'))).toContain(
      '2 names were changed, so that any computer can keep them: a (2).txt and why_.pdf.',
    );
    expect(wordsOf(draw('sharing-renamed'))).toMatch(/a \(2\)\.txt ?was a\.txt/);
    expect(draw('sharing-nobody')).not.toContain('changed, so that');
  });

  test('a list of ten thousand is not drawn unasked', () => {
    const html = draw('sharing-many-files');
    expect(html).toContain('10,000 files');
    expect(html).not.toContain('class="entry"');
    expect(draw('sharing-nobody')).toContain('class="entry"');
  });

  test('each listed entry has its path, its size and its state', () => {
    const html = draw('offer-skipped');
    const entries = html.match(/<[^>]*data-testid="entry"[^>]*>/g) ?? [];
    expect(
      entries.map((entry) =>
        ['data-path', 'data-size', 'data-state'].map(
          (name) => new RegExp(`${name}="([^"]*)"`).exec(entry)?.[1],
        ),
      ),
    ).toEqual([
      ['A.TXT', '120', 'offered'],
      ['a (2).txt', '240', 'failed'],
      ['why_.pdf', '81000', 'skipped'],
    ]);
    expect(wordsOf(html)).toContain('why_.pdfname changedit was left out');
  });

  test('a tree shows the rows in sight alone, with their levels and places', () => {
    const html = draw('contents-many');
    expect(html.match(/role="row"/g)!.length).toBeLessThan(200);
    expect(html).toMatch(/role="treegrid"[^>]*aria-rowcount="10001"/);
    expect(html).toMatch(
      /<div class="entry"[^>]*role="row" tabindex="0"[^>]*aria-level="1"[^>]*aria-posinset="1"[^>]*aria-setsize="1"[^>]*aria-expanded="true"/i,
    );
    expect(wordsOf(html).replaceAll('\u00a0', ' ')).toContain('10,000 files, 12.3 MB');
    expect(has(html, 'entry-select')).toBe(false);
  });

  test('what can be chosen has a checkbox in each row, with a name', () => {
    const html = draw('contents-choosing');
    const rows = html.match(/data-testid="entry"/g)!.length;
    expect(html.match(/data-testid="entry-select"/g)).toHaveLength(rows);
    expect(html).toContain('aria-multiselectable="true"');
    expect(html).toContain('aria-label="Take Lisbon"');
    expect(wordsOf(html)).toContain('Take 4 of 6 items');
  });
});

describe('the receiver’s hooks', () => {
  test('M7 M8 an offer tells of changed names, and of programs before anything is accepted', () => {
    const html = draw('offer-renamed');
    expect(wordsOf(html)).toContain(
      '2 names were changed, so that any computer can keep them: a (2).txt and why_.pdf.',
    );
    expect(wordsOf(html)).toContain('2 programs or shortcuts: setup.exe and Camera.app.');
    expect(html.indexOf('data-testid="programs"')).toBeLessThan(
      html.indexOf('data-testid="accept"'),
    );
    expect(has(draw('offer'), 'programs')).toBe(false);
  });

  test('accepting is offered where there is a place for the bytes, and only then', () => {
    const accepting = names.filter((name) =>
      /data-testid="accept"(?![^>]*disabled)/.test(draw(name)),
    );
    expect(accepting).toEqual([
      'offer',
      'offer-renamed',
      'offer-one-file',
      'offer-memory',
      'resume',
    ]);
    expect(draw('offer-looking')).toMatch(
      /disabled=""[^>]*data-testid="accept"|data-testid="accept"[^>]*disabled/,
    );
  });

  test('an offer can be declined, also one that there is no place for', () => {
    const offers = names.filter((name) => all(draw(name), 'data-state').includes('offered'));
    const declinable = names.filter((name) =>
      draw(name).includes('<span>No, thanks</span></button>'),
    );
    expect(declinable).toEqual([
      'offer',
      'offer-renamed',
      'offer-one-file',
      'offer-looking',
      'offer-memory',
      'offer-too-large',
      'offer-disk-full',
    ]);
    expect(offers).toEqual(['sharing-rows', 'sharing-four', ...declinable]);
  });

  test('after an end without the files another attempt is offered, and only then', () => {
    // A single file that is tried again is named in its button's label.
    const whole = /<button(?![^>]*aria-label)[^>]*><span>Try again<\/span><\/button>/;
    const retrying = names.filter((name) => whole.test(draw(name)));
    expect(retrying).toEqual([
      'offer-summary-unreachable',
      'offer-cancelled-by-me',
      'offer-cancelled-by-them',
      'offer-declined',
      ...FAILURE_CODES.map((code) => `offer-failed-${code}`),
    ]);
  });

  test.each([
    ['offer-summary', 'Lisbon, with everybody', '6 files, 1.34 GB', '6'],
    ['offer-summary-one-file', 'Quarterly report.pdf', '1 file, 4.2 MB', '1'],
    ['offer-summary-unreachable', 'Lisbon, with everybody', '6 files, 1.34 GB', '6'],
  ])('N10 what the sender has said is shown without an offer: %s', (story, name, told, files) => {
    const html = draw(story);
    expect(html).toMatch(new RegExp(`<h1[^>]*><span><bdi>${name}</bdi>`));
    expect(wordsOf(html).replaceAll('\u00a0', ' ')).toContain(told);
    expect(all(html, 'data-files')).toEqual([files]);
    expect([has(html, 'summary'), has(html, 'accept')]).toEqual([true, false]);
  });

  test('N10 the place of the entries is kept only while they may still come', () => {
    const kept = names.filter((name) => draw(name).includes('to-come'));
    expect(kept).toEqual(['offer-summary', 'offer-summary-one-file', 'offer-summary-retrying']);
  });

  test('N11 the heading says who hands it, where they say so', () => {
    expect(draw('offer-summary-one-file')).toContain(
      '<bdi>Ana</bdi> has <bdi>Quarterly report.pdf</bdi> for you.</span></h1>',
    );
  });

  test('saving is offered once everything is here, until the copy is gone', () => {
    expect(names.filter((name) => has(draw(name), 'save'))).toEqual([
      'offer-unsaved',
      'offer-save-failed',
      'offer-saving',
      'offer-saved',
      'offer-saved-some',
      'offer-no-folder',
    ]);
  });

  test('progress has bytes and total, from acceptance on', () => {
    const html = draw('offer-moving');
    expect(all(html, 'data-bytes')).toEqual(['571300000']);
    expect(all(html, 'data-total')).toEqual(['1343400000']);
    expect(has(draw('offer'), 'progress')).toBe(false);
  });

  test('names that a saving changed are listed, and counted where there are many', () => {
    const html = draw('offer-in-folder');
    expect(wordsOf(html)).toContain('22 names changed: browsers don’t save these as they are.');
    expect(wordsOf(html)).toContain('Lisbon/Thumbs.db is now Lisbon/_Thumbs.db');
    expect(html.split('data-testid="saved-as"')[1]?.match(/<li/g)).toHaveLength(21);
    expect(wordsOf(html)).toContain('And 2 others.');
    expect(has(draw('offer-saved'), 'saved-as')).toBe(false);
  });

  test('a picker that was closed is told what browsers refuse', () => {
    expect(wordsOf(draw('offer-no-folder'))).toContain(
      'No folder was chosen. Browsers refuse Downloads, Documents and the desktop themselves',
    );
    expect(wordsOf(draw('offer-unsaved'))).not.toContain('No folder was chosen');
  });

  test('D4 the receipt has the whole digest behind it, on both ends', () => {
    for (const name of ['offer-unsaved', 'sharing-complete'])
      expect(draw(name)).toMatch(
        /<summary>Whole digest<\/summary><p class="receipt-digest">B4R1-T0SX-7QKM-(?:[\w]{4}-){9}[\w]{4}</,
      );
  });

  test('a receipt is shown once: on the slip, and in a lane while there is none', () => {
    expect(all(draw('sharing-complete'), 'data-testid').filter((id) => id === 'receipt')).toEqual([
      'receipt',
    ]);
    expect(draw('sharing-four')).toMatch(/<span data-testid="receipt">B4R1-T0SX-7QKM<\/span>/);
  });

  test('the receipt is the same element on both ends', () => {
    const receipt = /<p[^>]*data-testid="receipt"[^>]*>B4R1-T0SX-7QKM<\/p>/;
    expect(draw('offer-unsaved')).toMatch(receipt);
    expect(draw('sharing-complete')).toMatch(receipt);
    expect(has(draw('offer-verifying'), 'receipt')).toBe(false);
  });

  test.each(FAILURE_CODES)('a failure has its code: %s', (code) => {
    const html = draw(`offer-failed-${code}`);
    expect(all(html, 'data-code')).toEqual([code]);
    expect(all(html, 'data-state')).toEqual(['failed']);
    expect(has(html, 'accept')).toBe(false);
  });

  test('names from the other side can’t turn the text around them', () => {
    expect(draw('offer')).toContain('<bdi>Lisbon, with everybody</bdi>');
  });
});

describe('texts', () => {
  test('M9 markup in a text is characters', () => {
    const html = draw('arrived-texts');
    expect(html).toContain('&lt;script&gt;alert(2)&lt;/script&gt;</div>');
    expect(html).not.toMatch(/<(?:script|img|a)\b/);
  });

  test('each has a name, and a button that copies it', () => {
    const html = draw('arrived-texts');
    expect(html.match(/data-testid="text-content"/g)).toHaveLength(4);
    expect(html.match(/data-testid="text-copy"/g)).toHaveLength(4);
    for (const [, id = ''] of html.matchAll(/aria-labelledby="([^"]*)"/g))
      expect(html).toContain(`id="${id}"`);
  });

  test('the field has a label, and says what is wrong with what is in it', () => {
    const html = draw('choosing-text-long');
    const id = /<textarea[^>]* id="([^"]*)"/.exec(html)?.[1];
    expect(html).toContain(`for="${id}">Text or link</label>`);
    expect(html).toMatch(/<textarea[^>]*data-testid="text-input"/);
    expect(wordsOf(html)).toMatch(
      /That is too long: it is 302.KB, and a text takes 262.KB at most\./,
    );
    expect(has(draw('choosing-no-text'), 'text-input')).toBe(false);
  });
});

describe('few words', () => {
  /** The words in sight before anybody opens a detail. */
  function wordsInSight(name: string): number {
    const closed = draw(name).replaceAll(/<details(?![^>]* open)[^>]*>.*?<\/details>/gs, ' More ');
    return wordsOf(closed.replaceAll('>', '> '))
      .split(/[^\S\u00a0]+/)
      .filter(Boolean).length;
  }

  test.each([
    'choosing',
    'choosing-text',
    'choosing-text-added',
    'sharing-nobody',
    'sharing-delivered',
    'offer-connecting',
    'offer-one-file',
    'offer-moving',
    'offer-lost',
    'offer-unsaved',
    'offer-saved',
    'offer-discarded',
  ])('%s has at most 65', (name) => {
    expect(wordsInSight(name)).toBeLessThanOrEqual(65);
  });
});
