import { useSyncExternalStore } from 'react';

import { createNavigation, type NavigationState } from './navigation.ts';

/** The navigation of this tab. */
export const navigation = createNavigation(window);

/** The current state of the navigation; renders again after each change. */
export function useNavigation(): NavigationState {
  return useSyncExternalStore(navigation.subscribe, navigation.state);
}
