/**
 * What a daemon answers, over HTTP/1.1 by Jetty.
 *
 * <p>{@link org.buckytools.agent.http.HttpEndpoint} is the socket. {@code JettyBridge} is the only class that knows Jetty's
 * requests; it hands ours to the {@code RouteTable}, where each route has a verb, a path, a permission and a handler. A
 * handler turns one {@code Request} into one {@code Response}, whose body may be a stream, and throws where it cannot;
 * {@code ErrorResponses} makes a status of that. Each request has a virtual thread of its own, so all code blocks as it likes.
 */
package org.buckytools.agent.http;
