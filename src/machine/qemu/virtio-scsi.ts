import { VIRTIO_SCSI } from '../parties.ts';
import type { ServedDevice } from './served-device.ts';

const FILE = 'QEMU hw/scsi/virtio-scsi.c';

/**
 * A disk behind a virtio-scsi adapter: its first command queue, which comes after those for control and events. It
 * empties the queue as virtio-blk does, and hands over what it has taken after the second look. The bus between adapter
 * and disk takes no time of its own here.
 * Source: QEMU hw/scsi/virtio-scsi.c `virtio_scsi_handle_cmd_vq`, `virtio_scsi_complete_req`, hw/scsi/scsi-bus.c
 * `scsi_req_enqueue`, hw/scsi/scsi-disk.c `scsi_dma_complete` (7.2); the order of the trace points from a log of QEMU
 * 7.2 (TCG, its firmware reads a block; `-trace 'virtio_*' -trace 'scsi_*'`).
 */
export const VIRTIO_SCSI_DEVICE: ServedDevice = {
  party: VIRTIO_SCSI,
  queueIndex: 2,
  handler: { name: 'virtio_scsi_handle_cmd_vq', at: `${FILE} virtio_scsi_handle_cmd_vq` },
  handleRequest: {
    at: `${FILE} virtio_scsi_handle_cmd_req_prepare`,
    emits: ['qemu:virtio_scsi_cmd_req', 'qemu:scsi_req_parsed', 'qemu:scsi_req_alloc'],
  },
  submit: {
    at: `${FILE} virtio_scsi_handle_cmd_req_submit (scsi_req_enqueue, thread_pool_submit_aio)`,
    emits: ['qemu:scsi_req_continue'],
  },
  complete: {
    at: `${FILE} virtio_scsi_complete_cmd_req (virtio_scsi_complete_req, virtqueue_push)`,
    emits: ['qemu:scsi_req_dequeue', 'qemu:virtio_scsi_cmd_resp response=0 status=0x0'],
  },
};
