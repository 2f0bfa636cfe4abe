#ifndef ANSARI_CCURL_H
#define ANSARI_CCURL_H

#include <curl/curl.h>

#endif
