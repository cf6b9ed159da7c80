import { useSyncExternalStore } from 'react';

import { createNavigation, type NavigationState } from './navigation.ts';

/** The navigation of this tab. */
export const navigation = createNavigation(window);

/** Where the app is, and every change of it. */
export function useNavigation(): NavigationState {
  return useSyncExternalStore(navigation.subscribe, navigation.state);
}
