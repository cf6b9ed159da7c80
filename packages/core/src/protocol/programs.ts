import type { ManifestEntry } from './types.ts';

/**
 * Extensions of files that a system runs, installs, or follows to something else when they are opened. Source: Windows'
 * PATHEXT, the types that Chromium's `download_file_types.asciipb` lists as dangerous for a system itself, and the
 * types that Finder, Linux desktops and Android open in that way. Documents that can hold macros are not among them:
 * their programs ask first.
 */
const PROGRAMS: ReadonlySet<string> = new Set(
  [
    // Windows
    'exe com scr pif cpl bat cmd msi msp mst msix msixbundle appx appxbundle application appref-ms gadget',
    'ps1 psm1 psd1 ps1xml psc1 vb vbs vbe vbscript js jse ws wsf wsh wsc sct hta msc msh reg inf ins isp job',
    'lnk url scf website library-ms search-ms searchconnector-ms settingcontent-ms diagcab diagpkg theme',
    'chm hlp dll ocx sys drv xll xbap',
    // macOS
    'app command tool terminal term osx scpt scptd applescript workflow action pkg mpkg dmg prefpane kext',
    'webloc inetloc fileloc afploc ftploc mobileconfig',
    // Linux
    'desktop sh bash csh ksh zsh fish run bin out appimage deb rpm flatpakref flatpak snap service',
    // Others
    'jar jnlp class apk xapk apks aab ipa py pyw pyc pyz pl rb php crx xpi',
  ].flatMap((line) => line.split(' ')),
);

/** Folders that macOS shows as a single program. */
const PROGRAM_FOLDERS: ReadonlySet<string> = new Set(
  'app scptd workflow action pkg mpkg prefpane kext'.split(' '),
);

/** Files that Windows reads without being asked, when their folder or disk is opened. */
const READ_UNASKED: ReadonlySet<string> = new Set(['desktop.ini', 'autorun.inf']);

/** An extension that makes Windows treat anything as one of its own objects: `name.{2227a280-…}`. */
const CLASS_ID = /^\{[\da-f-]{36}\}$/;

/**
 * The paths of files, or of folders that count as one, that a system runs when they are opened, or acts on by itself
 * (rule M8). Each is listed once, in the order of the entries.
 */
export function programsIn(entries: readonly ManifestEntry[]): readonly string[] {
  return [...new Set(entries.flatMap(({ path }) => programOf(path) ?? []))];
}

function programOf(path: string): string | undefined {
  const segments = path.split('/').map((segment) => segment.toLowerCase());
  const isProgram = (name: string, index: number): boolean => {
    const extension = name.slice(name.lastIndexOf('.') + 1);
    if (name === extension) return false;
    if (CLASS_ID.test(extension)) return true;
    if (index < segments.length - 1) return PROGRAM_FOLDERS.has(extension);
    return PROGRAMS.has(extension) || READ_UNASKED.has(name);
  };
  const found = segments.findIndex(isProgram);
  return found === -1 ? undefined : path.split('/', found + 1).join('/');
}
