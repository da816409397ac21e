#pragma once
#include <opus/opusenc.h>

// ope_encoder_ctl is variadic, which Swift cannot call.
static inline int copusenc_set(OggOpusEnc *encoder, int request, opus_int32 value) {
  return ope_encoder_ctl(encoder, request, value);
}
