/** What keeps this page from working at all. */
export type Obstacle = 'insecure' | 'no-webrtc';

/** The part of `window` that says so. */
export interface Surroundings {
  readonly isSecureContext: boolean;
  readonly RTCPeerConnection?: unknown;
}

/**
 * Looked at before anything starts. The secure context comes first: without it half of the platform is
 * missing, and the rest would only fail later and with worse words.
 */
export function obstacleIn(surroundings: Surroundings): Obstacle | undefined {
  if (!surroundings.isSecureContext) return 'insecure';
  return typeof surroundings.RTCPeerConnection === 'function' ? undefined : 'no-webrtc';
}
