/* stand_in.h - for the libraries here that stand between a tool and the C
 * library (LD_PRELOAD): define its functions again, under all the names it is
 * called by.  off_t and the 64 of the names are of a time long gone. */
#ifndef STAND_IN_H
#define STAND_IN_H

#define STAND_IN(type, name, ...) \
	type at_##name(__VA_ARGS__) __asm__(#name); \
	type at_##name(__VA_ARGS__)
#define ALSO(other, name) \
	__asm__(".globl " #other "\n.set " #other ", " #name)

#endif
