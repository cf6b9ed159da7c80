export { receiverDeliveryMachine } from './receiver-machine.ts';
export { failureOfRefusal } from './rules.ts';
export { senderDeliveryMachine } from './sender-machine.ts';
export { deliveryStateOf } from './state.ts';
export type * from './types.ts';
