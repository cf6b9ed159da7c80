declare const APP_VERSION: string;

/** The version of the app, which the build inserts. */
export const VERSION: string = APP_VERSION;
