// Without the trait `URLSession` a program needs no Foundation, and takes a third of the memory.
#if Curl
/// The HTTP client of choice among those that the package was built with: libcurl's with the trait `Curl`, otherwise
/// `URLSession`'s.
public typealias DefaultHTTPClient = CurlHTTPClient
#elseif URLSession
/// The HTTP client of choice among those that the package was built with: libcurl's with the trait `Curl`, otherwise
/// `URLSession`'s.
public typealias DefaultHTTPClient = URLSessionHTTPClient
#else
#error("The package needs an HTTP client: enable the trait URLSession, which is on by default, or Curl.")
#endif
