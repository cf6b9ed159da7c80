declare const APP_VERSION: string;

/** The version of the app; the build puts it in. */
export const VERSION: string = APP_VERSION;
