/** The converter under EclipseLink, on both of its lines. Open {@code EclipseLinkTest} first. */
package dev.tegula.eclipselink;
