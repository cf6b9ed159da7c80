// The code that reads and writes bytes and needs no WebRTC: an entry of its own, so that workers, which have no
// RTCPeerConnection, can be compiled against it.
export * from './file-source.ts';
export * from './batcher.ts';
export * from './piece-hashes.ts';
export * from './memory-sink.ts';
export * from './ports.ts';
export * from './saver.ts';
