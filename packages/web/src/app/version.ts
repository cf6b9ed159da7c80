declare const __APP_VERSION__: string;

/** The version of the app; the build puts it in. */
export const VERSION: string = __APP_VERSION__;
