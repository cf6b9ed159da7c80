/** A reason why this page can't work at all. */
export type Obstacle = 'insecure' | 'no-webrtc';

/** The part of `window` that shows the obstacles. */
export interface Surroundings {
  readonly isSecureContext: boolean;
  readonly RTCPeerConnection?: unknown;
}

/**
 * Returns the obstacle that keeps the app from working. Call it before anything starts. It checks the secure context
 * first: without one, half of the platform is missing, and the app would fail later with a worse message.
 */
export function obstacleIn(surroundings: Surroundings): Obstacle | undefined {
  if (!surroundings.isSecureContext) return 'insecure';
  return typeof surroundings.RTCPeerConnection === 'function' ? undefined : 'no-webrtc';
}
