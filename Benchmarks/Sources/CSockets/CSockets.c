#define _GNU_SOURCE
#include "CSockets.h"

#include <string.h>
#include <sys/socket.h>

static void describe(struct mmsghdr *headers, struct iovec *vectors, struct csockets_batch *batch, int count, int sending) {
  memset(headers, 0, sizeof(*headers) * (size_t)count);
  for (int i = 0; i < count; i++) {
    vectors[i].iov_base = batch->octets + (size_t)i * CSOCKETS_OCTETS;
    vectors[i].iov_len = sending ? batch->lengths[i] : CSOCKETS_OCTETS;
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
    headers[i].msg_hdr.msg_name = &batch->peers[i];
    headers[i].msg_hdr.msg_namelen = sizeof(batch->peers[i]);
  }
}

int csockets_receive(int socket, struct csockets_batch *batch) {
  struct mmsghdr headers[CSOCKETS_BATCH];
  struct iovec vectors[CSOCKETS_BATCH];
  describe(headers, vectors, batch, CSOCKETS_BATCH, 0);
  int count = recvmmsg(socket, headers, CSOCKETS_BATCH, MSG_DONTWAIT, NULL);
  for (int i = 0; i < count; i++) batch->lengths[i] = (uint16_t)headers[i].msg_len;
  return count;
}

int csockets_send(int socket, struct csockets_batch *batch, int count) {
  struct mmsghdr headers[CSOCKETS_BATCH];
  struct iovec vectors[CSOCKETS_BATCH];
  if (count > CSOCKETS_BATCH) count = CSOCKETS_BATCH;
  describe(headers, vectors, batch, count, 1);
  return sendmmsg(socket, headers, (unsigned)count, 0);
}
