/* All of the LAN Manager headers that lunsim has. */
#ifndef LUNSIM_LM_H
#define LUNSIM_LM_H
#include "lmcons.h"
#include "lmerr.h"
#include "lmapibuf.h"
#include "lmremutl.h"
#include "lmserver.h"
#include "lmshare.h"
#endif
