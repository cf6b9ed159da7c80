import { useSyncExternalStore } from 'react';

import { createNavigation, type Place } from './navigation.ts';

/** The navigation of this tab. */
export const navigation = createNavigation(window);

/** Where the app is, and every change of it. */
export function usePlace(): Place {
  return useSyncExternalStore(navigation.subscribe, navigation.place);
}
