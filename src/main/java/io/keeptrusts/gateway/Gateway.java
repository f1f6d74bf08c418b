package io.keeptrusts.gateway;

public final class Gateway {}
