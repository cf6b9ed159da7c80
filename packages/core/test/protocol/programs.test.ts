import { describe, expect, it } from 'vitest';

import { programsIn } from '../../src/protocol/programs.ts';

const pathsOf = (paths: readonly string[]) =>
  programsIn(paths.map((path) => ({ kind: 'folder', path })));

describe('programs in a manifest', () => {
  it.each([
    'setup.exe',
    'a.lnk',
    'b.URL',
    'invoice.pdf.scr',
    'c.scf',
    'd.desktop',
    'e.command',
    'f.AppImage',
    'g.hta',
    'h.js',
    'i.bat',
    'j.msi',
    'k.apk',
    'l.jar',
    'm.sh',
    'n.webloc',
    'Desktop.ini',
    'x/AUTORUN.INF',
    'photos.{645ff040-5081-101b-9f08-00aa002f954e}',
    '.desktop',
  ])('M8 names %s', (path) => {
    expect(pathsOf([path])).toEqual([path]);
  });

  it.each([
    'photo.jpg',
    'exe',
    'My exe',
    'a.exe.txt',
    'three.js/LICENSE',
    'Thumbs.db',
    '.DS_Store',
    'lnk/a.pdf',
    'app.txt',
    'notes.{1}',
    'constructor',
    'a.constructor',
  ])('M8 does not name %s', (path) => {
    expect(pathsOf([path])).toEqual([]);
  });

  it('M8 names a program folder once, and nothing in it', () => {
    const paths = ['a/Foo.app/Contents/MacOS/Foo', 'a/Foo.app/run.sh', 'b.txt', 'setup.exe'];
    expect(pathsOf(paths)).toEqual(['a/Foo.app', 'setup.exe']);
  });
});
